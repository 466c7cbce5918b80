package io.spillway.broker.topic;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;

/**
 * A walk through the topics that a filter matches, one value per step, so that 50,000 of them need
 * not be collected first. One thread at a time; the tree may change meanwhile, and what changes may
 * be seen or not.
 */
public final class TopicCursor<V> {
  private final String[] filter;
  private final int literalLevels;
  private final ArrayDeque<Iterator<TopicNode<V>>> open = new ArrayDeque<>();

  TopicCursor(String[] filter, Iterator<TopicNode<V>> root) {
    this.filter = filter;
    this.literalLevels = filter[filter.length - 1].equals("#") ? filter.length - 1 : filter.length;
    open.push(root);
  }

  /** The next value, or null when there are no more. */
  public V next() {
    while (!open.isEmpty()) {
      Iterator<TopicNode<V>> siblings = open.peek();
      if (!siblings.hasNext()) {
        open.pop();
        continue;
      }
      TopicNode<V> node = siblings.next();
      if (node.depth == 1 && !filter[0].equals(node.level) && node.level.startsWith("$")) {
        continue; // [MQTT-4.7.2-1]
      }
      descend(node);
      V value = node.depth >= literalLevels ? node.value() : null;
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private void descend(TopicNode<V> node) {
    if (node.depth >= filter.length && literalLevels == filter.length) {
      return;
    }
    if (node.depth >= literalLevels || filter[node.depth].equals("+")) {
      open.push(node.children());
      return;
    }
    TopicNode<V> child = node.child(filter[node.depth]);
    if (child != null) {
      open.push(Collections.singleton(child).iterator());
    }
  }
}
