package io.spillway.broker.connection;

import io.spillway.mqtt.ReasonCode;

/** How a carrier ended that this side didn't close. */
public enum Ending {
  /** The client closed its connection. */
  CLOSED_BY_CLIENT(ReasonCode.UNSPECIFIED_ERROR),
  /** The gateway found that the client was silent for one and a half times its keep alive. */
  KEEP_ALIVE_TIMEOUT(ReasonCode.KEEP_ALIVE_TIMEOUT),
  /** The link to the gateway ended, and the client's connection with it. */
  LINK_LOST(ReasonCode.SERVER_UNAVAILABLE),
  /** The gateway closed the connection for a reason that it names. */
  CLOSED_AT_EDGE(ReasonCode.UNSPECIFIED_ERROR);

  private final ReasonCode reasonCode;

  Ending(ReasonCode reasonCode) {
    this.reasonCode = reasonCode;
  }

  ReasonCode reasonCode() {
    return reasonCode;
  }
}
