package io.spillway.broker.session;

/**
 * What people may know of a Network Connection at one moment. Immutable.
 *
 * @param listener the listener's name
 * @param gateway the gateway whose listener that is; null: our own
 * @param connectedAt epoch milliseconds
 */
public record ConnectionView(
    String listener,
    String gateway,
    long connectedAt,
    long packetsReceived,
    long bytesReceived,
    long packetsSent,
    long bytesSent) {

  /** With what reached the client in packets for many. */
  ConnectionView plus(long packets, long bytes) {
    return new ConnectionView(
        listener,
        gateway,
        connectedAt,
        packetsReceived,
        bytesReceived,
        packetsSent + packets,
        bytesSent + bytes);
  }
}
