package io.spillway.broker.session;

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
  }

  Delivery peek() {
    return queue.peekFirst();
  }

  /** Null when it is empty. */
  Delivery poll() {
    Delivery delivery = queue.pollFirst();
    if (delivery != null) {
      bytes -= delivery.message.size();
    }
    return delivery;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int size() {
    return queue.size();
  }

  long bytes() {
    return bytes;
  }
}
