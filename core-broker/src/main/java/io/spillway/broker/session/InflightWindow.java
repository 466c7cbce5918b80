package io.spillway.broker.session;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;

/**
 * Outgoing QoS 1 and 2 messages without their last acknowledgement, in the order in which they were
 * sent. Acknowledgements nearly always come in that order too, so they are looked for from the
 * front. One home's.
 */
final class InflightWindow implements Iterable<Delivery> {
  private final ArrayDeque<Delivery> sent = new ArrayDeque<>(4);

  void add(Delivery delivery) {
    sent.addLast(delivery);
  }

  /** Null when there is none. */
  Delivery get(int packetId) {
    for (Delivery delivery : sent) {
      if (delivery.packetId == packetId) {
        return delivery;
      }
    }
    return null;
  }

  boolean contains(int packetId) {
    return get(packetId) != null;
  }

  void remove(Delivery delivery) {
    if (sent.peekFirst() == delivery) {
      sent.pollFirst();
    } else {
      sent.remove(delivery);
    }
  }

  Collection<Delivery> all() {
    return sent;
  }

  int size() {
    return sent.size();
  }

  @Override
  public Iterator<Delivery> iterator() {
    return sent.iterator();
  }
}
