package io.spillway.broker.topic;

import io.spillway.mqtt.TopicFilter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Topic filters, each with one value that holds its subscribers. {@link #match} is lock-free on any
 * thread. {@link #acquire} and {@link #release} lock the tree for one walk; what happens inside a
 * value doesn't concern the tree. A filter stays while somebody holds it, and its levels go with
 * the last holder.
 */
public final class SubscriptionTree<V> {
  private final TopicNode<V> root = new TopicNode<>(null, "");
  private final Supplier<V> newValue;
  private volatile long version;
  private int filters;

  /** {@code newValue} makes the value of a filter that wasn't there. */
  public SubscriptionTree(Supplier<V> newValue) {
    this.newValue = newValue;
  }

  /**
   * Holds the filter's node, which is made when it is missing. A share name plays no part: the
   * value sorts that out. Each call needs one {@link #release}.
   */
  public synchronized TopicNode<V> acquire(TopicFilter topicFilter) {
    TopicNode<V> node = root;
    for (String level : topicFilter.levels()) {
      node = node.filterChildOrNew(level);
    }
    if (node.holders++ == 0) {
      node.value(newValue.get());
      filters++;
      version++;
    }
    return node;
  }

  public synchronized void release(TopicNode<V> held) {
    if (--held.holders > 0) {
      return;
    }
    held.value(null);
    filters--;
    TopicNode<V> node = held;
    while (node != root && node.holders == 0 && node.isLeaf()) {
      node.parent.removeChild(node);
      node = node.parent;
    }
    version++;
  }

  /** Adds the values of all filters that match to {@code matches}. */
  public void match(String topicName, List<? super V> matches) {
    String[] levels = Levels.of(topicName);
    // A stack instead of recursion: a topic name may have 65,535 levels.
    ArrayDeque<TopicNode<V>> open = new ArrayDeque<>();
    open.push(root);
    while (!open.isEmpty()) {
      TopicNode<V> node = open.pop();
      boolean hidden = node == root && levels[0].startsWith("$"); // [MQTT-4.7.2-1]
      if (!hidden) {
        add(node.allBelow(), matches); // Also the parent level itself: a/# matches a.
      }
      if (node.depth == levels.length) {
        add(node, matches);
        continue;
      }
      push(node.child(levels[node.depth]), open);
      if (!hidden) {
        push(node.anyLevel(), open);
      }
    }
  }

  /**
   * Changes whenever the set of filters does. What was matched after reading it holds as long as it
   * reads the same.
   */
  public long version() {
    return version;
  }

  /** Number of different filters. */
  public synchronized int filters() {
    return filters;
  }

  private static <V> void push(TopicNode<V> node, ArrayDeque<TopicNode<V>> open) {
    if (node != null) {
      open.push(node);
    }
  }

  private static <V> void add(TopicNode<V> node, List<? super V> matches) {
    V value = node == null ? null : node.value();
    if (value != null) {
      matches.add(value);
    }
  }
}
