package io.spillway.broker.routing;

import io.spillway.mqtt.Message;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Sorts the subscribers of one message by home. Scratch of one publisher's home, used for one
 * message at a time.
 */
final class Fanout {
  private static final HomeSubscribers[] NONE_AT_HOME = {};
  private static final Subscription[] NO_SUBSCRIPTIONS = {};

  private final Homes homes;
  private final ArrayList<List<HomeSubscribers>> atHome = new ArrayList<>();
  private final ArrayList<List<Subscription>> durableAtHome = new ArrayList<>();

  /** Subscriptions of sessions that outlive their connections, merged where they overlap. */
  final ArrayList<Subscription> durable = new ArrayList<>();

  private final ArrayList<SharedSubscription> shares = new ArrayList<>();

  Fanout(Homes homes) {
    this.homes = homes;
    for (int i = 0; i < homes.all().size(); i++) {
      atHome.add(new ArrayList<>());
      durableAtHome.add(new ArrayList<>());
    }
  }

  void gather(FilterSubscribers[] matches, Subscriber publisher) {
    boolean mayOverlap = false;
    for (FilterSubscribers match : matches) {
      for (HomeSubscribers subscribers : match.homes()) {
        atHome.get(subscribers.home.index()).add(subscribers);
      }
      for (Subscription subscription : match.durable()) {
        if (!subscription.noLocal() || subscription.subscriber() != publisher) {
          durable.add(subscription);
          mayOverlap |= subscription.subscriber().mayOverlap();
        }
      }
      for (SharedSubscription share : match.shares()) {
        shares.add(share);
      }
    }
    if (mayOverlap && durable.size() > 1) {
      mergeOverlaps();
    }
  }

  List<SharedSubscription> takeShares() {
    if (shares.isEmpty()) {
      return List.of();
    }
    List<SharedSubscription> taken = List.copyOf(shares);
    shares.clear();
    return taken;
  }

  /** Whether anybody was found. */
  boolean isEmpty() {
    if (!durable.isEmpty() || !shares.isEmpty()) {
      return false;
    }
    for (int i = 0; i < atHome.size(); i++) { // For each message: no iterator.
      if (!atHome.get(i).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Gives everything to its home: to the publisher's own directly, to others by one hand-over each.
   * Returns whether another's queue is full.
   */
  boolean handOver(Home own, Message message, Subscriber publisher, long sequence) {
    for (int i = 0; i < durable.size(); i++) {
      Subscription subscription = durable.get(i);
      durableAtHome.get(subscription.subscriber().home().index()).add(subscription);
    }
    boolean full = false;
    List<Home> all = homes.all();
    for (int i = 0; i < all.size(); i++) {
      Home home = all.get(i);
      HomeSubscribers[] subscribers = take(atHome.get(home.index()), NONE_AT_HOME);
      Subscription[] sessions = take(durableAtHome.get(home.index()), NO_SUBSCRIPTIONS);
      if (subscribers.length == 0 && sessions.length == 0) {
        continue;
      }
      if (home == own) {
        home.deliveries().deliver(message, publisher, sequence, subscribers, sessions);
      } else {
        home.handOver(
            new MessageHandOver(home, message, publisher, sequence, subscribers, sessions));
        full |= home.isFull();
      }
    }
    durable.clear();
    return full;
  }

  private void mergeOverlaps() {
    IdentityHashMap<Subscriber, Subscription> merged = new IdentityHashMap<>();
    for (Subscription subscription : durable) {
      merged.merge(subscription.subscriber(), subscription, Subscription::mergedWith);
    }
    durable.clear();
    durable.addAll(merged.values());
  }

  private static <T> T[] take(List<T> list, T[] empty) {
    if (list.isEmpty()) {
      return empty;
    }
    T[] array = list.toArray(empty);
    list.clear();
    return array;
  }
}
