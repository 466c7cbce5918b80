package io.spillway.gateway.bridge;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that wait in the outboxes of all browsers, and their limit. Shared by all threads; only
 * browsers with a backlog touch it, so it is uncontended while everybody keeps up.
 */
public final class QueuedBytes {
  private final AtomicLong bytes = new AtomicLong();
  private final long bytesMax;

  public QueuedBytes(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  public long bytes() {
    return bytes.get();
  }

  /** Threads may race past the limit by a packet each, which is as exact as it needs to be. */
  boolean hasRoomFor(int more) {
    return bytes.get() + more <= bytesMax;
  }

  void add(int more) {
    bytes.addAndGet(more);
  }

  void remove(int less) {
    long left = bytes.addAndGet(-less);
    assert left >= 0 : left;
  }
}
