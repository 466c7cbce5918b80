package io.spillway.gateway.bridge;

/**
 * Decides which PINGREQ the edge may answer. A client may take a PINGRESP to mean that everything
 * it sent before has been seen, so the edge answers only while nothing has gone up since the core's
 * own last PINGRESP.
 *
 * <p>Thread: the browser's I/O thread.
 */
final class PingBarrier {
  /** PINGREQs that the core hasn't answered. */
  private int asked;

  /** Something has gone up that no PINGREQ followed. */
  private boolean open = true;

  /** A packet that isn't a PINGREQ goes up. */
  void packetUp() {
    open = true;
  }

  /**
   * A PINGREQ has come: true if the edge is to answer it, false if it goes up.
   *
   * @param mayAnswer whether the edge is able to
   */
  boolean answersHere(boolean mayAnswer) {
    if (mayAnswer && !open && asked == 0) {
      return true;
    }
    open = false;
    asked++;
    return false;
  }

  /** Whether a PINGRESP from the core is due. */
  boolean isWaiting() {
    return asked > 0;
  }

  /** So many of the core's PINGRESPs have come. */
  void answered(int count) {
    asked = Math.max(0, asked - count);
  }
}
