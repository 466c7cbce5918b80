package io.spillway.link;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** An event loop on the test's own thread, with a clock that the test moves. */
final class MemoryLoop {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Timer> timers = new ArrayList<>();
  private long nowNanos;
  private long serial;

  void execute(Runnable task) {
    tasks.add(task);
  }

  LinkTransport.Cancellable schedule(Runnable task, Duration delay) {
    Timer timer = new Timer(nowNanos + delay.toNanos(), serial++, task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  /** Runs everything that is due, and what comes of it. */
  void run() {
    for (int i = 0; i < 1_000_000; i++) {
      Runnable task = tasks.poll();
      if (task == null) {
        task = due();
      }
      if (task == null) {
        return;
      }
      task.run();
    }
    throw new AssertionError("the loop never comes to rest");
  }

  private Runnable due() {
    Timer first =
        timers.stream()
            .filter(timer -> timer.atNanos <= nowNanos)
            .min(Comparator.comparingLong(Timer::atNanos).thenComparingLong(Timer::serial))
            .orElse(null);
    if (first == null) {
      return null;
    }
    timers.remove(first);
    return first.task;
  }

  /** Lets time pass, in small steps so that timers run in order. */
  void advance(Duration time) {
    long until = nowNanos + time.toNanos();
    run();
    while (nowNanos < until) {
      nowNanos = Math.min(until, nowNanos + Duration.ofMillis(100).toNanos());
      run();
    }
  }

  int timers() {
    return timers.size();
  }

  private record Timer(long atNanos, long serial, Runnable task) {}
}
