package io.spillway.broker.routing;

/** The retained messages. Reads are lock-free on any thread; writes come from any home. */
public final class RetainedMessages {
  RetainedMessages() {}

  /** Number of topics with a retained message. */
  public int count() {
    throw new UnsupportedOperationException();
  }

  public long bytes() {
    throw new UnsupportedOperationException();
  }
}
