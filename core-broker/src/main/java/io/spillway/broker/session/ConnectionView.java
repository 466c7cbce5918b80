package io.spillway.broker.session;

/**
 * What people may know of a Network Connection at one moment. Immutable.
 *
 * @param listener the listener's name
 * @param gateway the gateway whose listener that is; null: our own
 * @param connectedAt epoch milliseconds
 * @param packetsSent without what a link's group or joint packet brought to many at once
 */
public record ConnectionView(
    String listener,
    String gateway,
    long connectedAt,
    long packetsReceived,
    long bytesReceived,
    long packetsSent,
    long bytesSent) {}
