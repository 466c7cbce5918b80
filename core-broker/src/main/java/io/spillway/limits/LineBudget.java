package io.spillway.limits;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Some log lines per period and one that counts the rest, so that a flood of refusals doesn't fill
 * disks. Any thread.
 */
public final class LineBudget {
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final int linesMax;
  private final LongConsumer rest;
  private long periodStart = System.nanoTime();
  private int lines;
  private long untold;

  /** {@code rest} is told how many lines a period went without, when a later one begins. */
  public LineBudget(int linesMax, LongConsumer rest) {
    this.linesMax = linesMax;
    this.rest = rest;
  }

  /** Whether one more line may be written. */
  public synchronized boolean take() {
    long now = System.nanoTime();
    if (now - periodStart >= PERIOD_NANOS) {
      if (untold > 0) {
        rest.accept(untold);
      }
      periodStart = now;
      lines = 0;
      untold = 0;
    }
    if (lines == linesMax) {
      untold++;
      return false;
    }
    lines++;
    return true;
  }
}
