package io.spillway.link;

/**
 * What the edge did since its last report, for one stream or for all of a link's.
 *
 * @param packetsDropped QoS 0 packets given up because the client couldn't keep up
 * @param bytesDropped their length
 * @param packetsReplaced QoS 0 packets given up for a newer one of the same topic; not in
 *     packetsDropped
 * @param packetsSent packets that left for the client
 * @param framesSent WebSocket frames that carried them
 * @param pingsAnswered PINGREQs that the edge answered itself
 * @param bytesQueued what waits for the client now
 */
public record EdgeStatistics(
    long packetsDropped,
    long bytesDropped,
    long packetsReplaced,
    long packetsSent,
    long framesSent,
    long pingsAnswered,
    long bytesQueued) {

  public EdgeStatistics {
    if ((packetsDropped
            | bytesDropped
            | packetsReplaced
            | packetsSent
            | framesSent
            | pingsAnswered
            | bytesQueued)
        < 0) {
      throw new IllegalArgumentException("counts must not be negative");
    }
  }
}
