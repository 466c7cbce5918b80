package io.spillway.broker.routing;

import io.spillway.mqtt.PassingMessage;
import java.util.ArrayList;

/**
 * Brings together the subscriptions of one subscriber that match the same message, so that it gets
 * the message once. Only subscribers that may overlap come here. On one home.
 */
final class Overlaps {
  private final ArrayList<Subscriber> met = new ArrayList<>();

  void add(Subscription subscription) {
    Subscriber subscriber = subscription.subscriber();
    Subscription before = subscriber.overlap();
    if (before == null) {
      met.add(subscriber);
      subscriber.overlap(subscription);
    } else {
      subscriber.overlap(before.mergedWith(subscription));
    }
  }

  void deliver(PassingMessage message, long sequence) {
    for (int i = 0; i < met.size(); i++) {
      Subscriber subscriber = met.get(i);
      Subscription subscription = subscriber.overlap();
      subscriber.overlap(null);
      subscriber.deliver(message, subscription, sequence);
    }
    met.clear();
  }

  /** A delivery has failed: who was met for its message must not get the next one. */
  void clear() {
    for (int i = 0; i < met.size(); i++) {
      met.get(i).overlap(null);
    }
    met.clear();
  }
}
