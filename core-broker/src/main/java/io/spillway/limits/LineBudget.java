package io.spillway.limits;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Some log lines per period and one that counts the rest, so that a flood of refusals doesn't fill
 * disks. Any thread; a timer of the JVM's tells the rest when the period is over, also when nothing
 * follows.
 */
public final class LineBudget {
  static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final int linesMax;
  private final LongConsumer rest;
  private final LongSupplier clock;
  private final Timer timer;
  private long periodStart;
  private int lines;
  private long untold;

  /** Runs something so many nanoseconds later, on a thread of its own choice. */
  interface Timer {
    void schedule(Runnable task, long nanos);
  }

  /** {@code rest} is told how many lines a period went without, when it is over. */
  public LineBudget(int linesMax, LongConsumer rest) {
    this(linesMax, rest, System::nanoTime, LineBudget::later);
  }

  LineBudget(int linesMax, LongConsumer rest, LongSupplier clock, Timer timer) {
    this.linesMax = linesMax;
    this.rest = rest;
    this.clock = clock;
    this.timer = timer;
    this.periodStart = clock.getAsLong();
  }

  /** Whether one more line may be written. */
  public synchronized boolean take() {
    long now = clock.getAsLong();
    if (now - periodStart >= PERIOD_NANOS) {
      tell();
      periodStart = now;
      lines = 0;
    }
    if (lines < linesMax) {
      lines++;
      return true;
    }
    if (untold++ == 0) {
      timer.schedule(this::periodOver, PERIOD_NANOS - (now - periodStart));
    }
    return false;
  }

  /** Once for each period with a rest; one that comes late leaves the next period's to the next. */
  private synchronized void periodOver() {
    if (clock.getAsLong() - periodStart >= PERIOD_NANOS) {
      tell();
    }
  }

  private void tell() {
    if (untold > 0) {
      rest.accept(untold);
      untold = 0;
    }
  }

  private static void later(Runnable task, long nanos) {
    // On the timer's own thread: a line is only handed to the log's.
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run).execute(task);
  }
}
