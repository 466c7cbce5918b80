package io.spillway.gateway.bridge;

/**
 * What happened to all browsers since the gateway started, as of at most a quarter of a second ago.
 * Immutable.
 *
 * @param accepted browsers that came
 * @param bytesReceived payload bytes of WebSocket messages
 * @param packetsSent packets and joint packets that the core sent for browsers
 * @param framesSent WebSocket frames that carried them
 * @param packetsReplaced given up for a newer one of the same topic; not in packetsDropped
 * @param pingsAnswered PINGREQs that needed no core
 */
public record EdgeTotals(
    long accepted,
    long bytesReceived,
    long packetsSent,
    long framesSent,
    long packetsDropped,
    long bytesDropped,
    long packetsReplaced,
    long pingsAnswered) {

  static final EdgeTotals NONE = new EdgeTotals(0, 0, 0, 0, 0, 0, 0, 0);

  EdgeTotals plus(EdgeTotals other) {
    return new EdgeTotals(
        accepted + other.accepted,
        bytesReceived + other.bytesReceived,
        packetsSent + other.packetsSent,
        framesSent + other.framesSent,
        packetsDropped + other.packetsDropped,
        bytesDropped + other.bytesDropped,
        packetsReplaced + other.packetsReplaced,
        pingsAnswered + other.pingsAnswered);
  }

  /** The same while it is added up, on one thread. */
  static final class Sum {
    long accepted;
    long bytesReceived;
    long packetsSent;
    long framesSent;
    long packetsDropped;
    long bytesDropped;
    long packetsReplaced;
    long pingsAnswered;

    EdgeTotals totals() {
      return new EdgeTotals(
          accepted,
          bytesReceived,
          packetsSent,
          framesSent,
          packetsDropped,
          bytesDropped,
          packetsReplaced,
          pingsAnswered);
    }
  }
}
