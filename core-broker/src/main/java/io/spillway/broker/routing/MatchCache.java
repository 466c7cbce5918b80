package io.spillway.broker.routing;

import io.spillway.broker.topic.SubscriptionTree;
import java.util.ArrayList;
import java.util.HashMap;

/**
 * What the topic names published last match, so that a topic published again costs one look-up. Any
 * new or removed filter makes it forget everything. One home's, bounded.
 */
final class MatchCache {
  private static final int TOPICS_MAX = 4096;

  /** Longer lists aren't kept: finding them again costs little beside delivering to them. */
  private static final int FILTERS_MAX = 64;

  private final SubscriptionTree<FilterSubscribers> tree;
  private final HashMap<String, FilterSubscribers[]> byTopicName = new HashMap<>();
  private final ArrayList<FilterSubscribers> matches = new ArrayList<>();
  private long version;

  MatchCache(SubscriptionTree<FilterSubscribers> tree) {
    this.tree = tree;
  }

  /** Nobody changes the array. */
  FilterSubscribers[] match(String topicName) {
    long now = tree.version(); // Before matching: a change in between makes the result stale.
    if (now != version) {
      byTopicName.clear();
      version = now;
    }
    FilterSubscribers[] known = byTopicName.get(topicName);
    if (known != null) {
      return known;
    }
    tree.match(topicName, matches);
    FilterSubscribers[] found = matches.toArray(new FilterSubscribers[0]);
    matches.clear();
    if (found.length <= FILTERS_MAX) {
      if (byTopicName.size() >= TOPICS_MAX) {
        byTopicName.clear();
      }
      byTopicName.put(topicName, found);
    }
    return found;
  }
}
