package io.spillway.broker.topic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node's children in the smallest form that holds them: null, one node, a short array that is
 * copied for a change, or a concurrent map. The map is changed in place, so 100,000 children of one
 * level cost no copies. Most nodes of real trees have one child or none.
 */
@SuppressWarnings("unchecked")
final class Children {
  private static final int ARRAY_MAX = 8;

  private Children() {}

  static <V> TopicNode<V> get(Object children, String level) {
    if (children == null) {
      return null;
    }
    if (children instanceof TopicNode) {
      TopicNode<V> only = (TopicNode<V>) children;
      return only.level.equals(level) ? only : null;
    }
    if (children instanceof TopicNode<?>[] array) {
      for (TopicNode<?> child : array) {
        if (child.level.equals(level)) {
          return (TopicNode<V>) child;
        }
      }
      return null;
    }
    return ((ConcurrentHashMap<String, TopicNode<V>>) children).get(level);
  }

  static Object with(Object children, TopicNode<?> added) {
    if (children == null) {
      return added;
    }
    if (children instanceof TopicNode<?> only) {
      return new TopicNode<?>[] {only, added};
    }
    if (children instanceof TopicNode<?>[] array) {
      if (array.length < ARRAY_MAX) {
        TopicNode<?>[] longer = Arrays.copyOf(array, array.length + 1);
        longer[array.length] = added;
        return longer;
      }
      ConcurrentHashMap<String, TopicNode<?>> map = new ConcurrentHashMap<>(4 * ARRAY_MAX);
      for (TopicNode<?> child : array) {
        map.put(child.level, child);
      }
      map.put(added.level, added);
      return map;
    }
    ((ConcurrentHashMap<String, TopicNode<?>>) children).put(added.level, added);
    return children;
  }

  static Object without(Object children, TopicNode<?> removed) {
    if (children == removed) {
      return null;
    }
    if (children instanceof TopicNode<?>[] array) {
      List<TopicNode<?>> rest = new ArrayList<>(Arrays.asList(array));
      rest.remove(removed);
      return rest.size() == 1 ? rest.get(0) : rest.toArray(new TopicNode<?>[0]);
    }
    ConcurrentHashMap<String, TopicNode<?>> map =
        (ConcurrentHashMap<String, TopicNode<?>>) children;
    map.remove(removed.level, removed);
    return map.isEmpty() ? null : map;
  }

  /** Weakly consistent: what changes meanwhile may be seen or not. */
  static <V> Iterator<TopicNode<V>> iterator(Object children) {
    if (children == null) {
      return Collections.emptyIterator();
    }
    if (children instanceof TopicNode) {
      return Collections.singleton((TopicNode<V>) children).iterator();
    }
    if (children instanceof TopicNode<?>[] array) {
      return Arrays.asList((TopicNode<V>[]) array).iterator();
    }
    return ((ConcurrentHashMap<String, TopicNode<V>>) children).values().iterator();
  }
}
