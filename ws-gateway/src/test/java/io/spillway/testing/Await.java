package io.spillway.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waiting for something outside this process that can only be asked: with a deadline, always. */
final class Await {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Await() {}

  /** Asks until there is an answer; fails with {@code otherwise} at the deadline. */
  static <T> T until(
      Duration deadline, Supplier<Optional<T>> question, Supplier<String> otherwise) {
    long end = System.nanoTime() + deadline.toNanos();
    for (; ; ) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(otherwise.get() + " (waited " + deadline.toMillis() + " ms)");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
