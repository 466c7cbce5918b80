package io.spillway.broker.routing;

import io.spillway.broker.store.Store;
import io.spillway.mqtt.Message;

/** Brings one Application Message to its subscribers. Any home. */
public final class Router {
  public Router(Homes homes, Store store, RetainedLimits retainedLimits) {}

  /**
   * Routes a message of the broker's own, such as a {@code $SYS} value: sets or clears the retained
   * message when its retain flag is set. On any home.
   */
  public void publish(Message message) {
    throw new UnsupportedOperationException();
  }

  public RetainedMessages retained() {
    throw new UnsupportedOperationException();
  }

  public Homes homes() {
    throw new UnsupportedOperationException();
  }
}
