package io.spillway.broker.routing;

import java.util.List;

/** All homes of the broker, made at start and never changed. Any thread. */
public final class Homes {
  /** One home per executor; {@code handOverLimit} messages wait at most at each, softly. */
  public Homes(List<? extends HomeExecutor> executors, int handOverLimit) {}

  public List<Home> all() {
    throw new UnsupportedOperationException();
  }

  /** The calling thread's home, or null when it is no home's. */
  public Home current() {
    throw new UnsupportedOperationException();
  }
}
