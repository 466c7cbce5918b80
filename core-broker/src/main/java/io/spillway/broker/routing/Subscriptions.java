package io.spillway.broker.routing;

import io.spillway.broker.topic.SubscriptionTree;
import io.spillway.broker.topic.TopicNode;

/** All subscriptions. Matching is lock-free on any thread; changes come from subscribers' homes. */
public final class Subscriptions {
  final SubscriptionTree<FilterSubscribers> tree = new SubscriptionTree<>(FilterSubscribers::new);

  Subscriptions() {}

  /** Puts a subscription into the tree. On the subscriber's home. */
  public void add(Subscription subscription) {
    TopicNode<FilterSubscribers> node = tree.acquire(subscription.topicFilter());
    subscription.node = node;
    if (subscription.topicFilter().shareName() != null) {
      node.value().addShared(subscription);
    } else if (subscription.subscriber().storeId() != 0) {
      node.value().addDurable(subscription);
    } else {
      node.value().addAtHome(subscription);
    }
  }

  /** Takes a subscription out of the tree. On the subscriber's home. */
  public void remove(Subscription subscription) {
    FilterSubscribers subscribers = subscription.node.value();
    if (subscription.share != null) {
      subscribers.removeShared(subscription);
    } else if (subscription.subscriber().storeId() != 0) {
      subscribers.removeDurable(subscription);
    } else {
      subscribers.removeAtHome(subscription);
    }
    tree.release(subscription.node);
    subscription.node = null;
  }

  /**
   * Puts one subscription in the place of another with the same filter and subscriber, so that no
   * message misses both [MQTT-3.8.4-3]. On the subscriber's home.
   */
  public void replace(Subscription old, Subscription replacement) {
    if (old.share != null || old.subscriber().storeId() == 0) {
      // At home nobody looks in between. A shared one is held by its node; another member gets
      // what comes between, or the session itself, as it is added before.
      add(replacement);
      remove(old);
      return;
    }
    replacement.node = tree.acquire(replacement.topicFilter());
    replacement.node.value().addDurable(replacement);
    tree.release(old.node);
    old.node = null;
  }

  /** Whether the subscription is in the tree. On the subscriber's home. */
  public boolean contains(Subscription subscription) {
    return subscription.node != null;
  }

  /** The number of different filters. Any thread. */
  public int filters() {
    return tree.filters();
  }
}
