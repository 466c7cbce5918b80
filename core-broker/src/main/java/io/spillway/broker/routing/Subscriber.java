package io.spillway.broker.routing;

import io.spillway.mqtt.PassingMessage;

/** Who holds subscriptions: a session, or a group that stands for many sessions behind one link. */
public interface Subscriber {
  /**
   * The event loop that delivers. Any thread; it may change while a durable session is detached.
   */
  Home home();

  /** Whether a message would leave at once, for choosing in a shared subscription. Any thread. */
  boolean isConnected();

  /**
   * The session's key in the store, or 0 when nothing of it is stored. Fixed for life. Subscribers
   * with a key are listed one by one in the tree, as their messages are written by the publisher's
   * thread; the others by home.
   */
  long storeId();

  /**
   * Whether two of its filters may match one topic name. Set before the second of such filters is
   * in the tree, and never cleared, so whoever found both sees it. Any thread.
   */
  boolean mayOverlap();

  /**
   * One message, once. On the home, and never changes any subscription before it returns.
   *
   * @param sequence the message's number in the store for this subscriber, or 0 when it isn't there
   */
  void deliver(PassingMessage message, Subscription subscription, long sequence);

  /**
   * A message that went by way of the session's home before, and so is older than what comes to
   * this one directly; see {@link Homes#whenSettled}. On the home.
   */
  default void deliverLate(PassingMessage message, Subscription subscription, long sequence) {
    deliver(message, subscription, sequence);
  }

  /**
   * The subscription under which a message is to be delivered once all that overlap are known; kept
   * for {@link Overlaps}. On the home.
   */
  Subscription overlap();

  void overlap(Subscription subscription);
}
