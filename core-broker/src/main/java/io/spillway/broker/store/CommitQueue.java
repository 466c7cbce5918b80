package io.spillway.broker.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What waits to be committed, in the order in which it came. Homes add and never wait; when more
 * than {@link #CROWDED_BYTES} wait, publishers are asked to pause until half of it is left, so what
 * is above is bounded by what they had sent in one turn. Any thread adds, the commit thread takes.
 */
final class CommitQueue {
  static final long CROWDED_BYTES = 32 << 20;

  /** One commit takes this much at most, or a little more. */
  private static final long GROUP_BYTES = 8 << 20;

  /** How long something may wait that nobody waits for. */
  private static final long LAZY_NANOS = 50_000_000;

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final List<Runnable> whenRoom = new ArrayList<>();
  private long bytes;
  private boolean urgent;
  private boolean closed;

  /** Read without the lock. */
  private volatile boolean crowded;

  synchronized void add(Entry entry) {
    boolean wasEmpty = entries.isEmpty();
    entries.addLast(entry);
    bytes += entry.bytes();
    crowded |= bytes > CROWDED_BYTES;
    boolean wanted = entry.task() != null || bytes > GROUP_BYTES;
    if (wanted && !urgent || wasEmpty) {
      urgent |= wanted;
      notifyAll();
    }
  }

  boolean isCrowded() {
    return crowded;
  }

  /** Runs the task when there is room, on the commit thread or at once. */
  void whenRoom(Runnable task) {
    synchronized (this) {
      if (crowded) {
        whenRoom.add(task);
        return;
      }
    }
    task.run();
  }

  /**
   * The next group; waits for one, at most so long. Empty when the time is over, or when the queue
   * was closed and nothing is left.
   */
  synchronized List<Entry> take(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    awaitEntry(deadline);
    if (!entries.isEmpty() && !urgent) {
      long lazy = System.nanoTime() + LAZY_NANOS;
      awaitUrgent(lazy - deadline < 0 ? lazy : deadline);
    }
    List<Entry> group = new ArrayList<>(Math.min(entries.size(), 1024));
    long groupBytes = 0;
    while (!entries.isEmpty() && groupBytes < GROUP_BYTES) {
      Entry entry = entries.pollFirst();
      groupBytes += entry.bytes();
      group.add(entry);
    }
    urgent &= !entries.isEmpty();
    return group;
  }

  /** The group is durable and no longer counts. */
  void done(List<Entry> group) {
    List<Runnable> tasks = List.of();
    synchronized (this) {
      for (Entry entry : group) {
        bytes -= entry.bytes();
      }
      if (crowded && bytes <= CROWDED_BYTES / 2) {
        crowded = false;
        tasks = List.copyOf(whenRoom);
        whenRoom.clear();
      }
    }
    tasks.forEach(Runnable::run);
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized int size() {
    return entries.size();
  }

  private void awaitEntry(long deadline) throws InterruptedException {
    while (entries.isEmpty() && !closed && waitUntil(deadline)) {}
  }

  private void awaitUrgent(long deadline) throws InterruptedException {
    while (!urgent && !closed && waitUntil(deadline)) {}
  }

  /** Returns whether it isn't later than that yet. */
  private boolean waitUntil(long deadline) throws InterruptedException {
    long millis = (deadline - System.nanoTime() + 999_999) / 1_000_000;
    if (millis <= 0) {
      return false;
    }
    wait(millis);
    return true;
  }
}
