package io.spillway.broker.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The first entries of a page in the order of their keys, picked from a walk in any order: memory
 * is bounded by the page, not by what is walked. One thread.
 */
final class Smallest<V> {
  private final String after;
  private final int limit;
  private final TreeMap<String, V> entries = new TreeMap<>();

  Smallest(String after, int limit) {
    this.after = after;
    this.limit = limit;
  }

  void offer(String key, V value) {
    if (key.compareTo(after) <= 0) {
      return;
    }
    // One more than the page holds tells whether there is another page.
    if (entries.size() <= limit || key.compareTo(entries.lastKey()) < 0) {
      entries.put(key, value);
      if (entries.size() > limit + 1) {
        entries.pollLastEntry();
      }
    }
  }

  List<V> page() {
    List<V> all = new ArrayList<>(entries.values());
    return all.size() > limit ? all.subList(0, limit) : all;
  }

  /** The key to go on after; null: this was the last page. */
  String next() {
    return entries.size() > limit ? entries.lowerKey(entries.lastKey()) : null;
  }
}
