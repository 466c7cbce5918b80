package io.spillway.link;

/** Why a link ends. The wire code is part of the protocol. */
public enum LinkCloseReason {
  /** An orderly end was asked for; the only one that lets streams go on for a while. */
  SHUTDOWN(0),
  /** The peer broke a rule of the protocol. */
  PROTOCOL_ERROR(1),
  /** No protocol version is known to both ends. */
  VERSION(2),
  /** A proof is wrong, or one end wants a proof and the other gives none. */
  AUTHENTICATION(3),
  /** The handshake took too long. */
  HANDSHAKE_TIMEOUT(4),
  /** A frame or unit is longer than allowed. */
  TOO_LARGE(5),
  /** The peer sent more than its credit. */
  FLOW_CONTROL(6),
  /** Nothing was heard from the peer for too long. */
  PEER_DEAD(7),
  /** A fault of this end. */
  INTERNAL(8),
  /** The gateway has another link for this place, or the core takes no more links. */
  REFUSED(9),
  /** The connection broke. Never on the wire. */
  TRANSPORT_LOST(255);

  private final int code;

  LinkCloseReason(int code) {
    this.code = code;
  }

  /** The wire code. */
  public int code() {
    return code;
  }

  /** The reason of a wire code; one that isn't known here is an INTERNAL of the peer. */
  static LinkCloseReason of(int code) {
    for (LinkCloseReason reason : values()) {
      if (reason.code == code && reason != TRANSPORT_LOST) {
        return reason;
      }
    }
    return INTERNAL;
  }
}
