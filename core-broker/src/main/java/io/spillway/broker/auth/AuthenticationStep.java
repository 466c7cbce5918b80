package io.spillway.broker.auth;

import io.spillway.mqtt.ReasonCode;

/**
 * An authentication method's answer to what a client said.
 *
 * @param reasonCode CONTINUE_AUTHENTICATION, SUCCESS, or why not
 * @param data for the client; empty where the exchange has failed
 * @param identity who it is, with SUCCESS; otherwise null
 * @param cause for the log where it has failed; otherwise null
 */
public record AuthenticationStep(
    ReasonCode reasonCode, byte[] data, Identity identity, String cause) {
  private static final byte[] NONE = {};

  static AuthenticationStep goOn(byte[] data) {
    return new AuthenticationStep(ReasonCode.CONTINUE_AUTHENTICATION, data, null, null);
  }

  static AuthenticationStep success(byte[] data, Identity identity) {
    return new AuthenticationStep(ReasonCode.SUCCESS, data, identity, null);
  }

  static AuthenticationStep failed(ReasonCode reasonCode, String cause) {
    return new AuthenticationStep(reasonCode, NONE, null, cause);
  }
}
