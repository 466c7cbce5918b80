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
    long roundTripNanos) {}
