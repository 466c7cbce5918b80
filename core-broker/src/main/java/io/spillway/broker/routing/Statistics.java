package io.spillway.broker.routing;

/**
 * What one home counted since the start. Written by the home's thread with opaque writes, read by
 * any; sums over homes are therefore near and never torn.
 */
public final class Statistics {
  /** What is counted. Gauges go up and down, the others only up. */
  public enum Counter {
    /** Every Control Packet, counted by connections. */
    MESSAGES_RECEIVED,
    MESSAGES_SENT,
    BYTES_RECEIVED,
    BYTES_SENT,
    PUBLISH_MESSAGES_RECEIVED,
    PUBLISH_MESSAGES_SENT,
    PUBLISH_BYTES_RECEIVED,
    PUBLISH_BYTES_SENT,
    /** PUBLISH messages that a limit dropped: queue full, QoS 0 to a slow client, too large. */
    PUBLISH_MESSAGES_DROPPED,
    SOCKETS_OPENED,
    /** Gauge: clients with a Network Connection. */
    CLIENTS_CONNECTED,
    /** Gauge: sessions without one. */
    CLIENTS_DISCONNECTED,
    /** Sessions that ended because their session expiry interval passed. */
    CLIENTS_EXPIRED,
    /** Gauge. */
    SUBSCRIPTIONS,
    /** Gauge. */
    SHARED_SUBSCRIPTIONS,
    /** Gauge: outgoing QoS 1 and 2 messages without their last acknowledgement. */
    INFLIGHT,
    /** Gauge: messages in sessions' queues, not yet sent. */
    QUEUED_MESSAGES,
    QUEUED_BYTES
  }

  Statistics() {}

  /** On the home. */
  public void add(Counter counter, long amount) {
    throw new UnsupportedOperationException();
  }

  /** Any thread. */
  public long get(Counter counter) {
    throw new UnsupportedOperationException();
  }
}
