package io.spillway.broker.session;

import io.spillway.mqtt.Message;
import java.util.ArrayDeque;

/**
 * QoS 0 messages for a connection that can't be written to right now. At its bound in bytes the
 * oldest go, as the newest values are worth most; one message of any size is always taken. One
 * home's.
 */
final class Qos0Queue {
  /** A message with what its subscription adds. */
  record Waiting(Message message, boolean retain, int[] subscriptionIdentifiers) {}

  private final long bytesMax;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>(1);
  private long bytes;

  Qos0Queue(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Returns how many older ones were dropped for it. */
  int add(Waiting waiting) {
    int dropped = 0;
    while (!queue.isEmpty() && bytes + waiting.message().size() > bytesMax) {
      poll();
      dropped++;
    }
    queue.addLast(waiting);
    bytes += waiting.message().size();
    return dropped;
  }

  /** Null when it is empty. */
  Waiting poll() {
    Waiting waiting = queue.pollFirst();
    if (waiting != null) {
      bytes -= waiting.message().size();
    }
    return waiting;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int size() {
    return queue.size();
  }
}
