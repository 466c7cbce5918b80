package io.spillway.broker.session;

import static io.spillway.broker.routing.Statistics.Counter.SHARED_SUBSCRIPTIONS;
import static io.spillway.broker.routing.Statistics.Counter.SUBSCRIPTIONS;

import io.spillway.broker.routing.Subscription;
import io.spillway.broker.routing.Subscriptions;
import io.spillway.mqtt.TopicFilter;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** One session's subscriptions by topic filter, and their place in the tree. On its home. */
final class SessionSubscriptions {
  /** With more filters we don't look whether any overlap: that they may is as good an answer. */
  private static final int COMPARED_MAX = 1024;

  private static final int WILDCARDS_COMPARED_MAX = 128;

  private final Session session;
  private final Engine engine;
  private final Subscriptions tree;
  private final Map<String, Subscription> byFilter = new HashMap<>(4);

  /** Those of them that have wildcards and aren't shared. */
  private final Map<String, Subscription> wildcards = new HashMap<>(2);

  SessionSubscriptions(Session session, Engine engine) {
    this.session = session;
    this.engine = engine;
    this.tree = engine.router().subscriptions();
  }

  /** Null when the session has none with this filter. */
  Subscription get(TopicFilter topicFilter) {
    return byFilter.get(topicFilter.text());
  }

  int size() {
    return byFilter.size();
  }

  Collection<Subscription> all() {
    return byFilter.values();
  }

  /**
   * Adds a subscription, or puts it in the place of the one with the same filter [MQTT-3.8.4-3].
   */
  void put(Subscription subscription) {
    if (!session.mayOverlap() && overlaps(subscription)) {
      session.setMayOverlap(); // Before the tree has it.
      byFilter.values().forEach(this::serveAlone);
    }
    Subscription old = byFilter.put(subscription.topicFilter().text(), subscription);
    if (isUnsharedWildcard(subscription)) {
      wildcards.put(subscription.topicFilter().text(), subscription);
    }
    if (old == null) {
      tree.add(subscription);
      count(subscription, 1);
    } else {
      serveAlone(old);
      tree.replace(old, subscription);
    }
  }

  /** Null when the session has none with this filter. */
  Subscription remove(TopicFilter topicFilter) {
    Subscription removed = byFilter.remove(topicFilter.text());
    wildcards.remove(topicFilter.text());
    if (removed != null) {
      takeOut(removed);
    }
    return removed;
  }

  void removeAll() {
    byFilter.values().forEach(this::takeOut);
    byFilter.clear();
    wildcards.clear();
  }

  private void serveAlone(Subscription subscription) {
    if (subscription.attachment() != null) {
      engine.multicast(session.home()).leave(session, subscription, true);
    }
  }

  private void takeOut(Subscription subscription) {
    if (subscription.attachment() != null) {
      engine.multicast(session.home()).leave(session, subscription, false);
    } else {
      tree.remove(subscription);
    }
    count(subscription, -1);
  }

  /** The session moves: its gauges leave one home and come to the other. */
  void countAll(int sign) {
    byFilter.values().forEach(subscription -> count(subscription, sign));
  }

  private boolean overlaps(Subscription added) {
    TopicFilter topicFilter = added.topicFilter();
    if (topicFilter.shareName() != null) {
      return false; // A shared subscription's message is one of its own.
    }
    // Without wildcards two filters are either equal or match nothing in common.
    Map<String, Subscription> others = topicFilter.isWildcard() ? byFilter : wildcards;
    if (others.size() > COMPARED_MAX || wildcards.size() > WILDCARDS_COMPARED_MAX) {
      return true;
    }
    for (Subscription other : others.values()) {
      if (other.topicFilter().shareName() == null
          && !other.topicFilter().text().equals(topicFilter.text())
          && other.topicFilter().overlaps(topicFilter)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUnsharedWildcard(Subscription subscription) {
    TopicFilter topicFilter = subscription.topicFilter();
    return topicFilter.isWildcard() && topicFilter.shareName() == null;
  }

  private void count(Subscription subscription, int amount) {
    session.home().statistics().add(SUBSCRIPTIONS, amount);
    if (subscription.share() != null) {
      session.home().statistics().add(SHARED_SUBSCRIPTIONS, amount);
    }
  }
}
