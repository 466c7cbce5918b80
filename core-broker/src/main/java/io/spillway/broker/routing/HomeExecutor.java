package io.spillway.broker.routing;

import java.time.Duration;

/**
 * What a {@link Home} stands on: one event loop. Netty's in the server, one turned by hand in
 * tests. Tasks of one calling thread run in the order in which they were given.
 */
public interface HomeExecutor {
  /** Whether the calling thread is the loop's. Any thread. */
  boolean inLoop();

  /** Runs a task on the loop, later. Any thread. */
  void execute(Runnable task);

  /** Runs a task on the loop after a delay. On the loop. */
  Cancellable schedule(Runnable task, Duration delay);

  /**
   * Runs a task at the end of the loop's current turn, when what was read has been handled. On the
   * loop.
   */
  void atEndOfTurn(Runnable task);

  /** Epoch milliseconds; a test's clock may be moved by hand. Any thread. */
  long nowMillis();
}
