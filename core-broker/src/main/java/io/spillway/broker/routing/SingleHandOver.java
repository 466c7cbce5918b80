package io.spillway.broker.routing;

import io.spillway.mqtt.Message;

/**
 * One message for one subscription: a shared one's member, or a session that has moved while the
 * message was on its way ({@code late}). Made by one home, run by another; immutable.
 */
record SingleHandOver(
    Home home, Message message, Subscription subscription, long sequence, boolean late)
    implements HandOver {
  @Override
  public void run() {
    Subscriber subscriber = subscription.subscriber();
    Home now = subscriber.home();
    if (now != home) {
      now.handOver(new SingleHandOver(now, message, subscription, sequence, true));
    } else if (late) {
      subscriber.deliverLate(message, subscription, sequence);
    } else {
      subscriber.deliver(message, subscription, sequence);
    }
  }

  @Override
  public int bytes() {
    return message.size();
  }
}
