package io.spillway.broker.routing;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The members of one {@code $share} name at one filter. A message goes to one of them: in turn, and
 * to those who are connected while there are any. Members change under the filter's lock; picking
 * is lock-free on any thread.
 */
public final class SharedSubscription {
  private final String name;
  private final AtomicInteger turn = new AtomicInteger();

  /** Longer than the members; null beyond them. Changed in place, so a reader may meet a null. */
  private volatile Subscription[] members = new Subscription[2];

  private volatile int size;

  SharedSubscription(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  int size() {
    return size;
  }

  void add(Subscription subscription) {
    Subscription[] array = members;
    if (size == array.length) {
      array = Arrays.copyOf(array, 2 * size);
    }
    array[size] = subscription;
    subscription.index = size;
    members = array;
    size = size + 1;
  }

  void remove(Subscription subscription) {
    Subscription[] array = members;
    int last = size - 1;
    Subscription moved = array[last];
    array[subscription.index] = moved;
    moved.index = subscription.index;
    size = last;
    array[last] = null;
    members = array;
  }

  /**
   * The next connected member, else the next whose session keeps messages for later, else null.
   * {@code except} may be null and isn't picked.
   */
  Subscription pick(Subscriber except) {
    int count = size;
    Subscription[] array = members;
    if (count == 0) {
      return null;
    }
    int start = Math.floorMod(turn.getAndIncrement(), count);
    Subscription later = null;
    for (int i = 0; i < count; i++) {
      Subscription member = array[(start + i) % count];
      if (member == null || member.subscriber() == except) {
        continue;
      }
      if (member.subscriber().isConnected()) {
        return member;
      }
      if (later == null && member.subscriber().storeId() != 0) {
        later = member;
      }
    }
    return later;
  }

  /** Whether somebody but {@code except} could take a message now. Any thread. */
  public boolean hasConnected(Subscriber except) {
    Subscription[] array = members;
    for (int i = Math.min(size, array.length) - 1; i >= 0; i--) {
      Subscription member = array[i];
      if (member != null && member.subscriber() != except && member.subscriber().isConnected()) {
        return true;
      }
    }
    return false;
  }
}
