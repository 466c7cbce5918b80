package io.spillway.broker.session;

import io.spillway.broker.routing.SharedSubscription;
import io.spillway.broker.store.LoadedDelivery;
import io.spillway.mqtt.Message;

/** One QoS 1 or 2 message on its way to one client. Belongs to the session's home. */
final class Delivery {
  /** How far it has come. */
  enum State {
    QUEUED,
    /** It has a packet identifier that isn't durable yet; it leaves when it is. */
    ASSIGNED,
    SENT,
    /** An earlier connection was sent it, and this one not yet again. */
    DUE,
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

  /** What the message takes in memory, when it is there. */
  final int size;

  /** As {@link Message#expiresAt}. */
  final long expiresAt;

  /**
   * Null once released, as only the packet identifier counts from then on; and while the delivery
   * waits in a long queue and the store has the message.
   */
  Message message;

  int packetId;

  /** Whether it was given to a connection before. */
  boolean attempted;

  State state = State.QUEUED;

  /** Whether it is in its session's queue. */
  boolean queued;

  Delivery(
      Message message,
      int qos,
      boolean retain,
      int[] subscriptionIdentifiers,
      long sequence,
      SharedSubscription share) {
    this.message = message;
    this.size = message.size();
    this.expiresAt = message.expiresAt();
    this.qos = qos;
    this.retain = retain;
    this.subscriptionIdentifiers = subscriptionIdentifiers;
    this.sequence = sequence;
    this.share = share;
  }

  /** As a start found it. */
  Delivery(LoadedDelivery loaded) {
    this.message = loaded.message();
    this.size = loaded.size();
    this.expiresAt = loaded.expiresAt();
    this.qos = loaded.delivery().qos();
    this.retain = loaded.delivery().retain();
    this.subscriptionIdentifiers = loaded.delivery().subscriptionIdentifiers();
    this.sequence = loaded.sequence();
    this.share = null;
    this.packetId = loaded.packetId();
    this.attempted = packetId != 0;
    if (loaded.released()) {
      this.state = State.RELEASED;
    } else if (packetId != 0) {
      this.state = State.SENT;
    }
  }

  boolean expired(long nowMillis) {
    return nowMillis >= expiresAt;
  }
}
