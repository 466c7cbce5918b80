package io.spillway.broker.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What other threads left for a home, in the order of each of them. Any thread offers, the home
 * drains: one wake-up brings over all that has gathered. At the limit (messages or bytes) nothing
 * is refused or lost: the queue counts as full, publishers stop reading, and are told when it has
 * emptied to half.
 */
final class HandOverQueue {
  /** Above this the queue is full whatever the number of messages. */
  private static final long BYTES_MAX = 64L << 20;

  /** Handed over per turn, so that the loop's own connections get theirs. */
  private static final int BATCH_MAX = 256;

  private final HomeExecutor executor;
  private final int messagesMax;
  private final ConcurrentLinkedQueue<HandOver> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger messages = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicBoolean awake = new AtomicBoolean();
  private final List<Runnable> waiting = new ArrayList<>();

  HandOverQueue(HomeExecutor executor, int messagesMax) {
    this.executor = executor;
    this.messagesMax = messagesMax;
  }

  /** Any thread. */
  void offer(HandOver handOver) {
    messages.incrementAndGet();
    bytes.addAndGet(handOver.bytes());
    queue.add(handOver);
    wake();
  }

  boolean isFull() {
    return messages.get() >= messagesMax || bytes.get() >= BYTES_MAX;
  }

  int size() {
    return messages.get();
  }

  /** Runs the task on the home when there is room, at once when there is. Any thread. */
  void whenRoom(Runnable task) {
    synchronized (waiting) {
      waiting.add(task);
    }
    wake();
  }

  private void wake() {
    if (!awake.get() && awake.compareAndSet(false, true)) {
      executor.execute(this::drain);
    }
  }

  private void drain() {
    awake.set(false); // Before polling: what is offered from now on wakes again.
    drain(BATCH_MAX);
    if (!queue.isEmpty()) {
      wake();
    }
    tellWaiting();
  }

  /** Handles everything that was offered before the call. On the home. */
  void drainAll() {
    drain(messages.get());
  }

  private void drain(int most) {
    for (int i = 0; i < most; i++) {
      HandOver handOver = queue.poll();
      if (handOver == null) {
        return;
      }
      messages.decrementAndGet();
      bytes.addAndGet(-handOver.bytes());
      handOver.run();
    }
  }

  private void tellWaiting() {
    if (messages.get() > messagesMax / 2 || bytes.get() > BYTES_MAX / 2) {
      return; // Not empty, so the queue drains again.
    }
    List<Runnable> told;
    synchronized (waiting) {
      if (waiting.isEmpty()) {
        return;
      }
      told = List.copyOf(waiting);
      waiting.clear();
    }
    told.forEach(Runnable::run);
  }
}
