package io.spillway.mqtt;

/**
 * A client broke the standard. Thrown where it is seen, handled in the one place per connection
 * that chooses between CONNACK, DISCONNECT and a plain close. It has no stack trace: it tells of
 * the peer's bytes and not of our code, and a hostile peer must not make us walk stacks.
 */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ReasonCode reasonCode;

  /** {@code message} holds the value seen and what was expected. */
  public ProtocolException(ReasonCode reasonCode, String message) {
    super(message, null, false, false);
    this.reasonCode = reasonCode;
  }

  public ReasonCode reasonCode() {
    return reasonCode;
  }

  static ProtocolException malformed(String message) {
    return new ProtocolException(ReasonCode.MALFORMED_PACKET, message);
  }

  static ProtocolException protocolError(String message) {
    return new ProtocolException(ReasonCode.PROTOCOL_ERROR, message);
  }
}
