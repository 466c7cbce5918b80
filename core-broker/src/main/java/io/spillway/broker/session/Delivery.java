package io.spillway.broker.session;

import io.spillway.broker.routing.SharedSubscription;
import io.spillway.mqtt.Message;

/** One QoS 1 or 2 message on its way to one client. Belongs to the session's home. */
final class Delivery {
  /** How far it has come. */
  enum State {
    QUEUED,
    /** It has a packet identifier that isn't durable yet; it leaves when it is. */
    ASSIGNED,
    SENT,
    /** PUBREC was received and isn't durable yet; PUBREL leaves when it is. */
    RELEASING,
    RELEASED
  }

  final int qos;
  final boolean retain;

  /** Null for none. */
  final int[] subscriptionIdentifiers;

  /** The store's key, or 0 when it isn't stored. */
  final long sequence;

  /** The shared subscription it came by, or null. */
  final SharedSubscription share;

  /** Null once released: only the packet identifier counts from then on. */
  Message message;

  int packetId;

  /** Whether it was given to a connection before. */
  boolean attempted;

  State state = State.QUEUED;

  Delivery(
      Message message,
      int qos,
      boolean retain,
      int[] subscriptionIdentifiers,
      long sequence,
      SharedSubscription share) {
    this.message = message;
    this.qos = qos;
    this.retain = retain;
    this.subscriptionIdentifiers = subscriptionIdentifiers;
    this.sequence = sequence;
    this.share = share;
  }
}
