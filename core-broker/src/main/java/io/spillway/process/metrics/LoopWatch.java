package io.spillway.process.metrics;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Watches that one event loop turns: a timer on the loop beats twice a second, and how late it is
 * tells how long everybody else on this loop waits. {@link #start} runs on the loop; any thread may
 * ask. Lives as long as the loop.
 */
public final class LoopWatch {

  /** Runs a task on the loop after so many milliseconds; called on the loop. */
  @FunctionalInterface
  public interface Timer {
    void schedule(Runnable task, long millis);
  }

  private static final long INTERVAL_MILLIS = 500;

  /** A loop that is later isn't alive in the sense of anybody who asks. */
  private static final long PATIENCE_MILLIS = 2_000;

  private final String name;
  private final Timer timer;
  private final LongSupplier clock;
  private final Histogram lag = new Histogram();

  /** When the next beat is due, by the clock in nanoseconds. Written on the loop. */
  private volatile long due;

  public LoopWatch(String name, Timer timer) {
    this(name, timer, System::nanoTime);
  }

  LoopWatch(String name, Timer timer, LongSupplier clock) {
    this.name = name;
    this.timer = timer;
    this.clock = clock;
    this.due = clock.getAsLong();
  }

  /** The thread's name. */
  public String name() {
    return name;
  }

  /** On the loop, once. */
  public void start() {
    due = clock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
    timer.schedule(this::beat, INTERVAL_MILLIS);
  }

  private void beat() {
    lag.add(Math.max(0, clock.getAsLong() - due));
    start();
  }

  /** Null while the loop turns; otherwise what to tell. */
  public String trouble() {
    long late = TimeUnit.NANOSECONDS.toMillis(clock.getAsLong() - due);
    return late > PATIENCE_MILLIS ? name + " has not turned for " + late + " ms" : null;
  }

  /** How late the beats were. */
  public Histogram lag() {
    return lag;
  }

  /** The family of all loops of a process. */
  public static void write(MetricsPage page, Iterable<LoopWatch> loops) {
    page.histogram(
        "spillway_event_loop_lag_seconds",
        "How late a timer ran on an event loop, twice a second.");
    for (LoopWatch loop : loops) {
      page.value(loop.lag(), "loop", loop.name());
    }
  }
}
