package io.spillway.broker.routing;

/**
 * A timer that may be cancelled on the thread that set it; cancelling one that ran does nothing.
 */
@FunctionalInterface
public interface Cancellable {
  void cancel();
}
