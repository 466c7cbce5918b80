package io.spillway.broker.store;

import java.util.concurrent.atomic.AtomicLong;

/** What the commit thread counted. Written by it, read by any thread. */
public final class CommitFigures {
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();

  void committed(int count, long took) {
    commits.incrementAndGet();
    changes.addAndGet(count);
    nanos.addAndGet(took);
  }

  /** Group commits so far. */
  public long commits() {
    return commits.get();
  }

  /** Records written or removed by them. */
  public long changes() {
    return changes.get();
  }

  /** The time that they took in all. */
  public long nanos() {
    return nanos.get();
  }
}
