package io.spillway.broker.routing;

import java.util.Arrays;

/**
 * One filter's subscribers at one home that live no longer than their connection. Only the home
 * reads and changes it, so a publisher hands over the whole of it as one reference, however many
 * they are, and replacing many by a group is one step that nobody sees half done.
 */
final class HomeSubscribers {
  final Home home;
  private Subscription[] subscriptions = new Subscription[1];
  private int size;

  HomeSubscribers(Home home) {
    this.home = home;
  }

  void add(Subscription subscription) {
    assert home.inHome();
    if (size == subscriptions.length) {
      subscriptions = Arrays.copyOf(subscriptions, 2 * size);
    }
    subscription.index = size;
    subscriptions[size++] = subscription;
  }

  void remove(Subscription subscription) {
    assert home.inHome();
    Subscription last = subscriptions[--size];
    subscriptions[size] = null;
    if (last != subscription) {
      last.index = subscription.index;
      subscriptions[last.index] = last;
    }
    if (size > 8 && size < subscriptions.length / 4) {
      subscriptions = Arrays.copyOf(subscriptions, subscriptions.length / 2);
    }
  }

  int size() {
    return size;
  }

  Subscription get(int index) {
    return subscriptions[index];
  }
}
