package io.spillway.link;

/**
 * A link's counters since it began, and its present state. A snapshot.
 *
 * @param framesForClosedStreams frames dropped because their stream had just been closed
 * @param droppablesDropped droppable units given up by this end because its bound was reached
 * @param multicastDeliveries multicast packets times the streams that got them
 * @param creditStalls how often a stream had to wait because its credit was spent
 * @param bytesQueued bytes that wait in this end's streams for credit or for the transport
 * @param roundTripNanos of the last ping; -1: none yet
 */
public record LinkStatistics(
    long framesReceived,
    long bytesReceived,
    long framesSent,
    long bytesSent,
    long framesForClosedStreams,
    long droppablesDropped,
    long multicastDeliveries,
    long creditStalls,
    int streams,
    int groups,
    long bytesQueued,
    long roundTripNanos) {

  /** Of no link. */
  public static final LinkStatistics NONE = new LinkStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1);

  /** Of both; the longer round trip. */
  public LinkStatistics plus(LinkStatistics other) {
    return new LinkStatistics(
        framesReceived + other.framesReceived,
        bytesReceived + other.bytesReceived,
        framesSent + other.framesSent,
        bytesSent + other.bytesSent,
        framesForClosedStreams + other.framesForClosedStreams,
        droppablesDropped + other.droppablesDropped,
        multicastDeliveries + other.multicastDeliveries,
        creditStalls + other.creditStalls,
        streams + other.streams,
        groups + other.groups,
        bytesQueued + other.bytesQueued,
        Math.max(roundTripNanos, other.roundTripNanos));
  }

  /** What is left of it when the link has ended: the counters, without its state. */
  public LinkStatistics ended() {
    return new LinkStatistics(
        framesReceived,
        bytesReceived,
        framesSent,
        bytesSent,
        framesForClosedStreams,
        droppablesDropped,
        multicastDeliveries,
        creditStalls,
        0,
        0,
        0,
        -1);
  }
}
