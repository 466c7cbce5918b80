package io.spillway.gateway.websocket;

/**
 * The peer broke a rule of RFC 6455. Thrown where it is seen, and handled in one place that fails
 * the connection (section 7.1.7). Costs no stack trace, as it is the peer's mistake and not ours.
 */
final class Violation extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int closeCode;

  Violation(int closeCode, String message) {
    super(message, null, false, false);
    this.closeCode = closeCode;
  }

  int closeCode() {
    return closeCode;
  }
}
