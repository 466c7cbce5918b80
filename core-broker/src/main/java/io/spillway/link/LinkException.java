package io.spillway.link;

/**
 * The peer broke a rule. Thrown where it is seen, handled in one place, where it ends the link. Has
 * no stack trace: what it tells is about the peer.
 */
final class LinkException extends RuntimeException {
  private final LinkCloseReason reason;

  LinkException(LinkCloseReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  static LinkException protocolError(String message) {
    return new LinkException(LinkCloseReason.PROTOCOL_ERROR, message);
  }

  LinkCloseReason reason() {
    return reason;
  }
}
