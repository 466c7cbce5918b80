package io.spillway.bench;

import java.time.Duration;

/** One kind of load. Stateless; a run opens its own clients and closes them. */
interface Scenario {
  String name();

  String description();

  /** Whether each round needs a target that has done nothing yet, to see what memory it takes. */
  default boolean wantsFreshTarget() {
    return false;
  }

  /** Whether little of what it needs has been warmed up by the scenarios before it. */
  default boolean wantsWholeWarmUp() {
    return false;
  }

  /** Load before the first round, of which nothing is kept; for at least so long. */
  default void warmUp(Target target, Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    do {
      run(target, time);
    } while (System.nanoTime() < end);
  }

  /**
   * @param time how long to measure, where the amount of work isn't fixed
   */
  Result run(Target target, Duration time) throws Exception;
}
