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

  /**
   * @param time how long to measure, where the amount of work isn't fixed
   */
  Result run(Target target, Duration time) throws Exception;
}
