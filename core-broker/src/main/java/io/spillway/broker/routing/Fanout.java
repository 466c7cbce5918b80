package io.spillway.broker.routing;

import io.spillway.mqtt.PassingMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Sorts the subscribers of one message by home. Scratch of one publisher's home, used for one
 * message at a time, from {@link #gather} to {@link #clear}.
 */
final class Fanout {
  private final Homes homes;
  private final ArrayList<List<HomeSubscribers>> atHome = new ArrayList<>();
  private final ArrayList<List<Subscription>> durableAtHome = new ArrayList<>();

  /** Subscriptions of sessions that outlive their connections, merged where they overlap. */
  final ArrayList<Subscription> durable = new ArrayList<>();

  private final ArrayList<SharedSubscription> shares = new ArrayList<>();
  private boolean isInUse;

  Fanout(Homes homes) {
    this.homes = homes;
    for (int i = 0; i < homes.all().size(); i++) {
      atHome.add(new ArrayList<>());
      durableAtHome.add(new ArrayList<>());
    }
  }

  /** Whether a message is being routed with it. */
  boolean isInUse() {
    return isInUse;
  }

  void gather(FilterSubscribers[] matches, Subscriber publisher) {
    isInUse = true;
    boolean mayOverlap = false;
    for (FilterSubscribers match : matches) {
      for (HomeSubscribers subscribers : match.homes()) {
        atHome.get(subscribers.home.index()).add(subscribers);
      }
      Collection<Subscription> outliving = match.durable();
      if (outliving != null) {
        for (Subscription subscription : outliving) {
          if (!subscription.noLocal() || subscription.subscriber() != publisher) {
            durable.add(subscription);
            mayOverlap |= subscription.subscriber().mayOverlap();
          }
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

  List<SharedSubscription> shares() {
    return shares;
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
  boolean handOver(Home own, PassingMessage message, Subscriber publisher, long sequence) {
    for (int i = 0; i < durable.size(); i++) {
      Subscription subscription = durable.get(i);
      durableAtHome.get(subscription.subscriber().home().index()).add(subscription);
    }
    boolean full = false;
    List<Home> all = homes.all();
    for (int i = 0; i < all.size(); i++) {
      Home home = all.get(i);
      List<HomeSubscribers> subscribers = atHome.get(home.index());
      List<Subscription> sessions = durableAtHome.get(home.index());
      if (subscribers.isEmpty() && sessions.isEmpty()) {
        continue;
      }
      if (home == own) {
        home.deliveries().deliver(message, publisher, sequence, subscribers, sessions);
      } else {
        home.handOver(
            new MessageHandOver(
                home,
                message.kept(),
                publisher,
                sequence,
                List.copyOf(subscribers),
                List.copyOf(sessions)));
        full |= home.isFull();
      }
    }
    return full;
  }

  /** Forgets the message. */
  void clear() {
    for (int i = 0; i < atHome.size(); i++) {
      atHome.get(i).clear();
      durableAtHome.get(i).clear();
    }
    durable.clear();
    shares.clear();
    isInUse = false;
  }

  private void mergeOverlaps() {
    IdentityHashMap<Subscriber, Subscription> merged = new IdentityHashMap<>();
    for (Subscription subscription : durable) {
      merged.merge(subscription.subscriber(), subscription, Subscription::mergedWith);
    }
    durable.clear();
    durable.addAll(merged.values());
  }
}
