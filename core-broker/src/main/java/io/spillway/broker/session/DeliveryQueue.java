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

  DeliveryQueue(SessionLimits limits) {
    this.limits = limits;
  }

  /** An empty queue takes one message of any size. */
  boolean hasRoomFor(Delivery delivery) {
    return queue.isEmpty()
        || queue.size() < limits.maxQueuedMessages()
            && bytes + delivery.message.size() <= limits.maxQueuedBytes();
  }

  void add(Delivery delivery) {
    queue.addLast(delivery);
    bytes += delivery.message.size();
    expiring += delivery.message.expiresAt() == Message.NEVER ? 0 : 1;
  }

  Delivery peek() {
    return queue.peekFirst();
  }

  /** Null when it is empty. */
  Delivery poll() {
    Delivery delivery = queue.pollFirst();
    if (delivery != null) {
      bytes -= delivery.message.size();
      expiring -= delivery.message.expiresAt() == Message.NEVER ? 0 : 1;
    }
    return delivery;
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
}
