package io.spillway.broker.session;

import io.spillway.broker.routing.RetainedCursor;
import io.spillway.broker.routing.Subscription;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import java.util.ArrayDeque;

/**
 * The retained messages that a new subscription is due, and the live ones that wait behind them.
 * One home's.
 */
final class RetainedReplay {
  /** A live message that came meanwhile. */
  record Held(Message message, Subscription subscription, long sequence) {}

  final Subscription subscription;
  private final RetainedCursor cursor;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private long heldBytes;

  RetainedReplay(Subscription subscription, RetainedCursor cursor) {
    this.subscription = subscription;
    this.cursor = cursor;
  }

  /** Null when all have been sent. */
  Message next(long nowMillis) {
    return cursor.next(nowMillis);
  }

  boolean concerns(PassingMessage message) {
    return subscription.topicFilter().matches(message.topicName());
  }

  boolean hasRoomFor(PassingMessage message, SessionLimits limits) {
    return held.isEmpty()
        || held.size() < limits.maxQueuedMessages()
            && heldBytes + message.size() <= limits.maxQueuedBytes();
  }

  void hold(Message message, Subscription live, long sequence) {
    held.addLast(new Held(message, live, sequence));
    heldBytes += message.size();
  }

  /** Null when none is left. */
  Held release() {
    Held first = held.pollFirst();
    if (first != null) {
      heldBytes -= first.message().size();
    }
    return first;
  }
}
