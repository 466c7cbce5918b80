package io.spillway.broker.routing;

import io.spillway.mqtt.PassingMessage;
import java.util.List;

/** Gives messages to the subscribers of one home. On that home. */
final class Deliveries {
  /** So many are served in less time from bytes that they share, and pay for the copy together. */
  private static final int SHARED_FROM = 8;

  private final Home home;
  private final Overlaps overlaps = new Overlaps();

  Deliveries(Home home) {
    this.home = home;
  }

  void deliver(
      PassingMessage message,
      Subscriber publisher,
      long sequence,
      List<HomeSubscribers> atHome,
      List<Subscription> durable) {
    assert home.inHome();
    try {
      deliverAll(message, publisher, sequence, atHome, durable);
    } finally {
      overlaps.clear();
    }
  }

  private void deliverAll(
      PassingMessage message,
      Subscriber publisher,
      long sequence,
      List<HomeSubscribers> atHome,
      List<Subscription> durable) {
    boolean alone = atHome.size() + (durable.isEmpty() ? 0 : 1) == 1;
    for (int i = 0; i < atHome.size(); i++) { // For each message: no iterator.
      HomeSubscribers subscribers = atHome.get(i);
      PassingMessage delivered = subscribers.size() < SHARED_FROM ? message : message.kept();
      for (int j = 0; j < subscribers.size(); j++) {
        deliver(delivered, publisher, sequence, subscribers.get(j), alone);
      }
    }
    for (int i = 0; i < durable.size(); i++) {
      Subscription subscription = durable.get(i);
      if (subscription.subscriber().home() == home) {
        deliver(message, publisher, sequence, subscription, alone);
      } else {
        // It has moved since the publisher looked.
        new SingleHandOver(home, message.kept(), subscription, sequence, true).run();
      }
    }
    overlaps.deliver(message, sequence);
  }

  private void deliver(
      PassingMessage message,
      Subscriber publisher,
      long sequence,
      Subscription subscription,
      boolean alone) {
    Subscriber subscriber = subscription.subscriber();
    if (subscription.noLocal() && subscriber == publisher) {
      return; // [MQTT-3.8.3-3]
    }
    if (alone || !subscriber.mayOverlap()) {
      subscriber.deliver(message, subscription, sequence);
    } else {
      overlaps.add(subscription);
    }
  }
}
