package io.spillway.broker.topic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Iterator;

/**
 * One level in a topic tree. Readers walk it on any thread without locks; its structure changes
 * under its tree's lock only. Who holds a node (see {@link SubscriptionTree#acquire}) keeps it in
 * the tree.
 */
public final class TopicNode<V> {
  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(TopicNode.class, "value", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final TopicNode<V> parent;
  final String level;

  /** Number of levels above and including this one; the root has 0. */
  final int depth;

  /** How many hold this node, guarded by the tree's lock; used by {@link SubscriptionTree}. */
  int holders;

  private volatile Object value;
  private volatile Object children;

  /** The children for {@code +} and {@code #} of a filter tree, or null. */
  private volatile TopicNode<V> anyLevel;

  private volatile TopicNode<V> allBelow;

  TopicNode(TopicNode<V> parent, String level) {
    this.parent = parent;
    this.level = level;
    this.depth = parent == null ? 0 : parent.depth + 1;
  }

  /** What the tree keeps here; null where there is nothing. */
  @SuppressWarnings("unchecked")
  public V value() {
    return (V) value;
  }

  void value(V newValue) {
    value = newValue;
  }

  boolean replaceValue(V expected, V newValue) {
    return VALUE.compareAndSet(this, expected, newValue);
  }

  TopicNode<V> anyLevel() {
    return anyLevel;
  }

  TopicNode<V> allBelow() {
    return allBelow;
  }

  TopicNode<V> child(String level) {
    return Children.get(children, level);
  }

  Iterator<TopicNode<V>> children() {
    return Children.iterator(children);
  }

  boolean isLeaf() {
    return children == null && anyLevel == null && allBelow == null;
  }

  /** The child of a topic's level, made where it is missing. Under the tree's lock. */
  TopicNode<V> literalChildOrNew(String level) {
    TopicNode<V> child = child(level);
    if (child == null) {
      child = new TopicNode<>(this, level);
      children = Children.with(children, child);
    }
    return child;
  }

  /** The child of a filter's level, made where it is missing. Under the tree's lock. */
  TopicNode<V> filterChildOrNew(String level) {
    if (level.equals("+")) {
      TopicNode<V> child = anyLevel == null ? new TopicNode<>(this, level) : anyLevel;
      anyLevel = child;
      return child;
    }
    if (level.equals("#")) {
      TopicNode<V> child = allBelow == null ? new TopicNode<>(this, level) : allBelow;
      allBelow = child;
      return child;
    }
    return literalChildOrNew(level);
  }

  /** Under the tree's lock. */
  void removeChild(TopicNode<V> child) {
    if (child == anyLevel) {
      anyLevel = null;
    } else if (child == allBelow) {
      allBelow = null;
    } else {
      children = Children.without(children, child);
    }
  }
}
