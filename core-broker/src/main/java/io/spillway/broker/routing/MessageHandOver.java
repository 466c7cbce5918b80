package io.spillway.broker.routing;

import io.spillway.mqtt.Message;
import java.util.List;

/**
 * One message for its subscribers at one home. Made by the publisher's home, run by the
 * subscribers'; immutable.
 *
 * @param atHome the filters that matched, with their subscribers at the home
 * @param durable subscriptions of sessions that outlive their connections, merged where one session
 *     has several
 */
record MessageHandOver(
    Home home,
    Message message,
    Subscriber publisher,
    long sequence,
    List<HomeSubscribers> atHome,
    List<Subscription> durable)
    implements HandOver {
  @Override
  public void run() {
    home.deliveries().deliver(message, publisher, sequence, atHome, durable);
  }

  @Override
  public int bytes() {
    return message.size();
  }
}
