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
    /** Every Control Packet, counted by connections: sums over the types. */
    MESSAGES_RECEIVED,
    MESSAGES_SENT,
    /** As they come, those of packets that aren't whole included. */
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

  /** Why a delivery didn't reach its client. */
  public enum Drop {
    /** The session's own queue is at a limit. */
    QUEUE_FULL,
    /** QoS 0 to a client that doesn't read fast enough. */
    SLOW_CLIENT,
    /** QoS 0 that waited when the connection ended. */
    DISCONNECTED,
    TOO_LARGE,
    EXPIRED,
    /** Damaged on the disk. */
    UNREADABLE,
    /** Given up by the gateway, by its policy for slow clients. */
    AT_GATEWAY
  }

  private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);

  /** Control Packet types are 1 to 15. */
  private static final int PACKET_TYPES = 16;

  private final long[] values = new long[Counter.values().length];
  private final long[] drops = new long[Drop.values().length];
  private final long[] packetsReceived = new long[PACKET_TYPES];
  private final long[] packetsSent = new long[PACKET_TYPES];
  private final long[] bytesReceived = new long[PACKET_TYPES];
  private final long[] bytesSent = new long[PACKET_TYPES];

  Statistics() {}

  /** On the home. */
  public void add(Counter counter, long amount) {
    add(values, counter.ordinal(), amount);
  }

  /** Deliveries that were dropped. On the home. */
  public void dropped(Drop cause, long amount) {
    add(drops, cause.ordinal(), amount);
    add(Counter.PUBLISH_MESSAGES_DROPPED, amount);
  }

  /** A packet of this type and length from a client. On the home. */
  public void received(int packetType, int length) {
    add(packetsReceived, packetType, 1);
    add(bytesReceived, packetType, length);
  }

  /** Packets of this type to clients, and the bytes of all of them. On the home. */
  public void sent(int packetType, long amount, long bytes) {
    add(packetsSent, packetType, amount);
    add(bytesSent, packetType, bytes);
  }

  private static void add(long[] array, int index, long amount) {
    VALUE.setOpaque(array, index, array[index] + amount);
  }

  /** Any thread. */
  public long get(Counter counter) {
    return switch (counter) {
      case MESSAGES_RECEIVED -> sum(packetsReceived);
      case MESSAGES_SENT -> sum(packetsSent);
      case BYTES_SENT -> sum(bytesSent);
      default -> (long) VALUE.getOpaque(values, counter.ordinal());
    };
  }

  private static long sum(long[] byType) {
    long sum = 0;
    for (int type = 0; type < byType.length; type++) {
      sum += (long) VALUE.getOpaque(byType, type);
    }
    return sum;
  }

  /** Any thread. */
  public long dropped(Drop cause) {
    return (long) VALUE.getOpaque(drops, cause.ordinal());
  }

  /** Any thread. */
  public long packetsReceived(int packetType) {
    return (long) VALUE.getOpaque(packetsReceived, packetType);
  }

  /** Any thread. */
  public long packetsSent(int packetType) {
    return (long) VALUE.getOpaque(packetsSent, packetType);
  }

  /** Any thread. */
  public long bytesReceived(int packetType) {
    return (long) VALUE.getOpaque(bytesReceived, packetType);
  }

  /** Any thread. */
  public long bytesSent(int packetType) {
    return (long) VALUE.getOpaque(bytesSent, packetType);
  }
}
