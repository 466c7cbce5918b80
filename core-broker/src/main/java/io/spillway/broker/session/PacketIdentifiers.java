package io.spillway.broker.session;

/** Hands out packet identifiers: 1, 2, 3, … and from 65,535 back to 1, leaving out those in use. */
final class PacketIdentifiers {
  private static final int MAX = 65_535;

  private int last;

  /** The identifier is in use from before; at start. */
  void startAfter(int packetId) {
    last = Math.max(last, packetId);
  }

  /** The next one that {@code inflight} doesn't hold; there must be one. */
  int next(InflightWindow inflight) {
    do {
      last = last == MAX ? 1 : last + 1;
    } while (inflight.contains(last));
    return last;
  }
}
