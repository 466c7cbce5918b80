package io.spillway.link;

/**
 * What the peer may still send on a stream, and what of that has been consumed. At any time: what
 * the peer may send + what was received and isn't consumed + what was consumed and isn't granted
 * again = the window's size.
 */
final class ReceiveWindow {
  private final int size;
  private int unconsumed;
  private int ungranted;

  ReceiveWindow(int size) {
    if (size <= 0) {
      throw new IllegalArgumentException("size: " + size + " (expected: > 0)");
    }
    this.size = size;
  }

  /** What the peer may send before the next grant. */
  int peerMaySend() {
    return size - unconsumed - ungranted;
  }

  int unconsumed() {
    return unconsumed;
  }

  /** Bytes arrived. */
  void received(int bytes) {
    if (bytes > peerMaySend()) {
      throw new LinkException(
          LinkCloseReason.FLOW_CONTROL,
          "data: " + bytes + " bytes (expected: at most the credit, " + peerMaySend() + ")");
    }
    unconsumed += bytes;
  }

  /**
   * Bytes were consumed.
   *
   * @return what to grant now; 0: nothing yet, so that there is a frame per half window and not per
   *     packet
   */
  int consumed(int bytes) {
    if (bytes < 0 || bytes > unconsumed) {
      throw new IllegalStateException(
          "consumed: " + bytes + " (expected: 0 to " + unconsumed + ", which were received)");
    }
    unconsumed -= bytes;
    ungranted += bytes;
    if (ungranted < (size + 1) / 2) {
      return 0;
    }
    int grant = ungranted;
    ungranted = 0;
    return grant;
  }
}
