package io.spillway.broker.session;

import io.spillway.mqtt.Message;
import java.util.ArrayDeque;

/**
 * QoS 1 and 2 messages that wait for room in the in-flight window, for a writable connection or for
 * the client to come back. Bounded in messages and bytes; what happens at the bound is the
 * session's policy. One home's.
 */
final class DeliveryQueue {
  private final SessionLimits limits;
  private final ArrayDeque<Delivery> queue = new ArrayDeque<>(2);
  private long bytes;

  /** Of the messages: those that expire one day. */
  private int expiring;

  /** Of the messages: those that aren't in memory. */
  private int absent;

  DeliveryQueue(SessionLimits limits) {
    this.limits = limits;
  }

  /** An empty queue takes one message of any size. */
  boolean hasRoomFor(Delivery delivery) {
    return queue.isEmpty()
        || queue.size() < limits.maxQueuedMessages()
            && bytes + delivery.size <= limits.maxQueuedBytes();
  }

  void add(Delivery delivery) {
    queue.addLast(delivery);
    delivery.queued = true;
    absent += delivery.message == null ? 1 : 0;
    bytes += delivery.size;
    expiring += delivery.expiresAt == Message.NEVER ? 0 : 1;
  }

  Delivery peek() {
    return queue.peekFirst();
  }

  /** Null when it is empty. */
  Delivery poll() {
    Delivery delivery = queue.pollFirst();
    if (delivery != null) {
      left(delivery);
    }
    return delivery;
  }

  /** All, from the first on. Not to be changed meanwhile. */
  Iterable<Delivery> all() {
    return queue;
  }

  /** How many messages the store has and memory hasn't. */
  int absent() {
    return absent;
  }

  /** The store has the message, and memory needs it no more; for one in the queue. */
  void letGo(Delivery delivery) {
    delivery.message = null;
    absent++;
  }

  /** The message is back; for one in the queue that had none. */
  void giveBack(Delivery delivery, Message message) {
    delivery.message = message;
    absent--;
  }

  /** Takes out one from the middle. */
  void remove(Delivery delivery) {
    if (queue.remove(delivery)) {
      left(delivery);
    }
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int size() {
    return queue.size();
  }

  /** Whether any of the messages expires one day. */
  boolean hasExpiring() {
    return expiring > 0;
  }

  long bytes() {
    return bytes;
  }

  private void left(Delivery delivery) {
    delivery.queued = false;
    bytes -= delivery.size;
    expiring -= delivery.expiresAt == Message.NEVER ? 0 : 1;
    absent -= delivery.message == null ? 1 : 0;
  }
}
