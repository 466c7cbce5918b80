package io.spillway.link;

/** What this end may still send on a stream. Never negative, never above {@code int}. */
final class SendWindow {
  private int available;

  SendWindow(int initial) {
    if (initial < 0) {
      throw new IllegalArgumentException("initial: " + initial + " (expected: >= 0)");
    }
    available = initial;
  }

  int available() {
    return available;
  }

  /** The peer granted more. */
  void granted(int bytes) {
    if (bytes <= 0 || available > Integer.MAX_VALUE - bytes) {
      throw new LinkException(
          LinkCloseReason.FLOW_CONTROL,
          "credit: " + bytes + " on top of " + available + " (expected: 1 to 2^31-1 in all)");
    }
    available += bytes;
  }

  /** Bytes leave. */
  void spent(int bytes) {
    if (bytes < 0 || bytes > available) {
      throw new IllegalStateException("spent: " + bytes + " (expected: 0 to " + available + ")");
    }
    available -= bytes;
  }
}
