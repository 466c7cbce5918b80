package io.spillway.broker.routing;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * One event loop, and the sessions whose state only it touches. Other threads offer to its
 * hand-over queue. The queue's limit never refuses an offer: who finds it full stops reading from
 * the publisher until there is room, so what is above the limit is bounded by what publishers had
 * sent in one turn. Lives as long as the broker.
 */
public final class Home implements Executor {
  private final int index;
  private final HomeExecutor executor;
  private final HandOverQueue queue;
  private final Deliveries deliveries = new Deliveries(this);
  private final Statistics statistics = new Statistics();

  Home(int index, HomeExecutor executor, int handOverLimit) {
    this.index = index;
    this.executor = executor;
    this.queue = new HandOverQueue(executor, handOverLimit);
  }

  /** 0 to the number of homes - 1. */
  public int index() {
    return index;
  }

  public boolean inHome() {
    return executor.inLoop();
  }

  /** Runs a task on this home, later. Any thread. */
  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /**
   * Runs a task on this home, after every message that the calling thread routed to it before. Any
   * thread.
   */
  public void inOrder(Runnable task) {
    queue.offer(task::run);
  }

  /** Handles what other homes have handed over so far. On this home. */
  public void catchUp() {
    assert inHome();
    queue.drainAll();
  }

  /** Runs a task on this home after a delay. On this home. */
  public Cancellable schedule(Runnable task, Duration delay) {
    return executor.schedule(task, delay);
  }

  /** Runs a task when the current turn's work is done; for flushing once per turn. On this home. */
  public void atEndOfTurn(Runnable task) {
    executor.atEndOfTurn(task);
  }

  /** Epoch milliseconds. Any thread. */
  public long nowMillis() {
    return executor.nowMillis();
  }

  /** What this home counted; read from any thread. */
  public Statistics statistics() {
    return statistics;
  }

  /** Messages that wait in the hand-over queue. Any thread. */
  public int handOverSize() {
    return queue.size();
  }

  void handOver(HandOver handOver) {
    queue.offer(handOver);
  }

  boolean isFull() {
    return queue.isFull();
  }

  void whenRoom(Runnable task) {
    queue.whenRoom(task);
  }

  Deliveries deliveries() {
    return deliveries;
  }
}
