package io.spillway.broker.auth;

import io.spillway.mqtt.ReasonCode;

/**
 * The answer to a log-in.
 *
 * @param reasonCode SUCCESS, or why not
 * @param identity as whom; null: refused
 * @param cause for the log where refused: what was wrong and the key to change; otherwise null
 */
public record LoginResult(ReasonCode reasonCode, Identity identity, String cause) {

  public static LoginResult allowed(Identity identity) {
    return new LoginResult(ReasonCode.SUCCESS, identity, null);
  }

  static LoginResult refused(ReasonCode reasonCode, String cause) {
    return new LoginResult(reasonCode, null, cause);
  }

  public boolean isAllowed() {
    return reasonCode == ReasonCode.SUCCESS;
  }
}
