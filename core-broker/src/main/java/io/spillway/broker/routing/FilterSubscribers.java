package io.spillway.broker.routing;

import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everybody subscribed to one filter: by home those that live with their connection, one by one
 * those that outlive it, and the shared subscriptions. Publishers read on any thread without locks;
 * changes lock this object for a few instructions.
 */
final class FilterSubscribers {
  private static final HomeSubscribers[] NO_HOMES = {};
  private static final SharedSubscription[] NO_SHARES = {};

  private volatile HomeSubscribers[] homes = NO_HOMES;

  /** Null until there is one: most filters have none. */
  private volatile ConcurrentHashMap<Subscriber, Subscription> durable;

  private volatile SharedSubscription[] shares = NO_SHARES;

  /** One element per home that has subscribers; an element may have just been emptied. */
  HomeSubscribers[] homes() {
    return homes;
  }

  /** Null where there are none, as for most messages. */
  Collection<Subscription> durable() {
    ConcurrentHashMap<Subscriber, Subscription> map = durable;
    return map == null ? null : map.values();
  }

  SharedSubscription[] shares() {
    return shares;
  }

  /** On the subscriber's home. */
  void addAtHome(Subscription subscription) {
    atHome(subscription.subscriber().home()).add(subscription);
  }

  /** On the subscriber's home. */
  void removeAtHome(Subscription subscription) {
    HomeSubscribers atHome = atHome(subscription.subscriber().home());
    atHome.remove(subscription);
    if (atHome.size() == 0) {
      drop(atHome);
    }
  }

  synchronized void addDurable(Subscription subscription) {
    if (durable == null) {
      durable = new ConcurrentHashMap<>(2);
    }
    durable.put(subscription.subscriber(), subscription);
  }

  synchronized void removeDurable(Subscription subscription) {
    durable.remove(subscription.subscriber(), subscription);
    if (durable.isEmpty()) {
      durable = null;
    }
  }

  synchronized void addShared(Subscription subscription) {
    String name = subscription.topicFilter().shareName();
    SharedSubscription share = null;
    for (SharedSubscription candidate : shares) {
      share = candidate.name().equals(name) ? candidate : share;
    }
    if (share == null) {
      share = new SharedSubscription(name);
      SharedSubscription[] more = Arrays.copyOf(shares, shares.length + 1);
      more[shares.length] = share;
      subscription.share = share;
      share.add(subscription);
      shares = more;
      return;
    }
    subscription.share = share;
    share.add(subscription);
  }

  synchronized void removeShared(Subscription subscription) {
    SharedSubscription share = subscription.share;
    share.remove(subscription);
    if (share.size() == 0) {
      shares = Arrays.stream(shares).filter(s -> s != share).toArray(SharedSubscription[]::new);
    }
  }

  private synchronized HomeSubscribers atHome(Home home) {
    for (HomeSubscribers atHome : homes) {
      if (atHome.home == home) {
        return atHome;
      }
    }
    HomeSubscribers[] more = Arrays.copyOf(homes, homes.length + 1);
    HomeSubscribers atHome = new HomeSubscribers(home);
    more[homes.length] = atHome;
    homes = more;
    return atHome;
  }

  private synchronized void drop(HomeSubscribers emptied) {
    homes = Arrays.stream(homes).filter(h -> h != emptied).toArray(HomeSubscribers[]::new);
  }
}
