package io.spillway.broker.topic;

import io.spillway.mqtt.TopicFilter;
import java.util.Collections;
import java.util.List;

/**
 * Values by topic name, found by exact name or by filter. Made for a million topics. Reads are
 * lock-free on any thread, and so is replacing a value; a new topic or a removed one locks the tree
 * for one walk.
 */
public final class TopicMap<V> {
  private final TopicNode<V> root = new TopicNode<>(null, "");

  /** The topic's value or null. */
  public V get(String topicName) {
    TopicNode<V> node = find(topicName);
    return node == null ? null : node.value();
  }

  /** Sets the topic's value and returns the one before, or null. */
  public V put(String topicName, V value) {
    TopicNode<V> node = find(topicName);
    if (node != null) {
      // A node with a value can't leave the tree, as removing takes the value first.
      V before = node.value();
      while (before != null) {
        if (node.replaceValue(before, value)) {
          return before;
        }
        before = node.value();
      }
    }
    return putNew(topicName, value);
  }

  /** Removes the topic's value and returns it, or null when it had none. */
  public synchronized V remove(String topicName) {
    TopicNode<V> node = find(topicName);
    V before = node == null ? null : node.value();
    while (before != null && !node.replaceValue(before, null)) {
      before = node.value();
    }
    if (before != null) {
      prune(node);
    }
    return before;
  }

  /** Removes the topic's value if it is still this one. */
  public synchronized boolean remove(String topicName, V expected) {
    TopicNode<V> node = find(topicName);
    if (node == null || !node.replaceValue(expected, null)) {
      return false;
    }
    prune(node);
    return true;
  }

  /** Goes through the values of all topics that the filter matches, lazily. */
  public TopicCursor<V> cursor(TopicFilter topicFilter) {
    List<String> levels = topicFilter.levels();
    return new TopicCursor<>(levels.toArray(new String[0]), Collections.singleton(root).iterator());
  }

  private synchronized V putNew(String topicName, V value) {
    TopicNode<V> node = root;
    for (String level : Levels.of(topicName)) {
      node = node.literalChildOrNew(level);
    }
    V before = node.value();
    while (!node.replaceValue(before, value)) {
      before = node.value();
    }
    return before;
  }

  private void prune(TopicNode<V> emptied) {
    TopicNode<V> node = emptied;
    while (node != root && node.value() == null && node.isLeaf()) {
      node.parent.removeChild(node);
      node = node.parent;
    }
  }

  private TopicNode<V> find(String topicName) {
    TopicNode<V> node = root;
    int start = 0;
    while (node != null) {
      int end = topicName.indexOf('/', start);
      if (end < 0) {
        return node.child(topicName.substring(start));
      }
      node = node.child(topicName.substring(start, end));
      start = end + 1;
    }
    return null;
  }
}
