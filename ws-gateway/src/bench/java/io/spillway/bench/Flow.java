package io.spillway.bench;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Messages from some publishers to some subscribers that each receive all of them. At most {@code
 * window} are under way, counted by what all subscribers have received, so that a target is loaded
 * as far as it goes and no further, and nothing has to be dropped. Any event loop.
 */
final class Flow {
  final String topicName;
  final int subscribers;
  private final int window;

  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong published = new AtomicLong();
  // When so many deliveries have been made, the publishers may go on.
  private volatile long resumeAt = Long.MAX_VALUE;
  // Complete before the traffic begins.
  private final List<Runnable> waiting = new CopyOnWriteArrayList<>();

  Flow(String topicName, int subscribers, int window) {
    this.topicName = topicName;
    this.subscribers = subscribers;
    this.window = window;
  }

  void onRoom(Runnable action) {
    waiting.add(action);
  }

  void delivered(int count) {
    long now = delivered.addAndGet(count);
    long at = resumeAt;
    if (now >= at && now - count < at) {
      waiting.forEach(Runnable::run);
    }
  }

  /** Counts one message that is published whatever the window says. */
  void published() {
    published.incrementAndGet();
  }

  long publishedCount() {
    return published.get();
  }

  long missingCount() {
    return published.get() * subscribers - delivered.get();
  }

  /** Counts one message if there is room; otherwise the actions run when there is. */
  boolean tryPublish() {
    for (; ; ) {
      long count = published.get();
      if (count - delivered.get() / subscribers < window) {
        if (published.compareAndSet(count, count + 1)) {
          return true;
        }
        continue;
      }
      // A quarter of the window at once, as a publisher that wakes up for each message is slower.
      long at = (count - window + Math.max(1, window / 4)) * subscribers;
      resumeAt = at;
      if (delivered.get() < at) {
        return false;
      }
    }
  }
}
