package io.spillway.broker.routing;

import io.spillway.mqtt.Message;

/** Gives messages to the subscribers of one home. On that home. */
final class Deliveries {
  private final Home home;
  private final Overlaps overlaps = new Overlaps();

  Deliveries(Home home) {
    this.home = home;
  }

  void deliver(
      Message message,
      Subscriber publisher,
      long sequence,
      HomeSubscribers[] atHome,
      Subscription[] durable) {
    assert home.inHome();
    boolean alone = atHome.length + (durable.length > 0 ? 1 : 0) == 1;
    for (HomeSubscribers subscribers : atHome) {
      for (int i = 0; i < subscribers.size(); i++) {
        deliver(message, publisher, sequence, subscribers.get(i), alone);
      }
    }
    for (Subscription subscription : durable) {
      if (subscription.subscriber().home() == home) {
        deliver(message, publisher, sequence, subscription, alone);
      } else {
        // It has moved since the publisher looked.
        new SingleHandOver(home, message, subscription, sequence, true).run();
      }
    }
    overlaps.deliver(message, sequence);
  }

  private void deliver(
      Message message,
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
