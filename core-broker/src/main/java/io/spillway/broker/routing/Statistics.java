package io.spillway.broker.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

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
    /** Counted by sessions, as are all below but sockets. Bytes are those of the payloads. */
    PUBLISH_MESSAGES_RECEIVED,
    PUBLISH_MESSAGES_SENT,
    PUBLISH_BYTES_RECEIVED,
    PUBLISH_BYTES_SENT,
    /** Deliveries that a limit dropped: queue full, QoS 0 to a slow client, packet too large. */
    PUBLISH_MESSAGES_DROPPED,
    SOCKETS_OPENED,
    /** Gauge: clients with a Network Connection. */
    CLIENTS_CONNECTED,
    /** Gauge: sessions without one. */
    CLIENTS_DISCONNECTED,
    /** Sessions that ended because their session expiry interval passed. */
    CLIENTS_EXPIRED,
    /** Gauge, shared ones included. */
    SUBSCRIPTIONS,
    /** Gauge. */
    SHARED_SUBSCRIPTIONS,
    /** Gauge: outgoing QoS 1 and 2 messages without their last acknowledgement. */
    INFLIGHT,
    /** Gauge: QoS 1 and 2 messages in sessions' queues, not yet sent. */
    QUEUED_MESSAGES,
    /** Gauge. */
    QUEUED_BYTES
  }

  private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] values = new long[Counter.values().length];

  Statistics() {}

  /** On the home. */
  public void add(Counter counter, long amount) {
    int index = counter.ordinal();
    VALUE.setOpaque(values, index, values[index] + amount);
  }

  /** Any thread. */
  public long get(Counter counter) {
    return (long) VALUE.getOpaque(values, counter.ordinal());
  }
}
