package io.spillway.broker.auth;

import io.spillway.mqtt.ReasonCode;

/**
 * The answer to a log-in.
 *
 * @param reasonCode SUCCESS, or why not
 * @param userName as whom; null: anonymous, or refused
 * @param cause for the log where refused: what was wrong and the key to change; otherwise null
 */
public record LoginResult(ReasonCode reasonCode, String userName, String cause) {

  static LoginResult allowed(String userName) {
    return new LoginResult(ReasonCode.SUCCESS, userName, null);
  }

  static LoginResult refused(ReasonCode reasonCode, String cause) {
    return new LoginResult(reasonCode, null, cause);
  }

  public boolean isAllowed() {
    return reasonCode == ReasonCode.SUCCESS;
  }
}
