package io.spillway.broker.store;

import io.spillway.process.metrics.Histogram;
import java.util.concurrent.atomic.AtomicLong;

/** What the commit thread counted. Written by it, read by any thread. */
public final class CommitFigures {
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();
  private final Histogram latency = new Histogram();

  /** When the commit under way began, by {@link System#nanoTime}; 0: there is none. */
  private volatile long begun;

  void begin(long now) {
    begun = now == 0 ? 1 : now;
  }

  void end() {
    begun = 0;
  }

  /** For how long the commit under way has taken; 0: there is none. */
  long nanosUnderWay() {
    long since = begun;
    return since == 0 ? 0 : System.nanoTime() - since;
  }

  void committed(int count, long took) {
    commits.incrementAndGet();
    changes.addAndGet(count);
    nanos.addAndGet(took);
    latency.add(took);
  }

  /** Group commits so far. */
  public long commits() {
    return commits.get();
  }

  /** Records written or removed by them. */
  public long changes() {
    return changes.get();
  }

  /** How long each took. */
  public Histogram latency() {
    return latency;
  }

  /** The time that they took in all. */
  public long nanos() {
    return nanos.get();
  }
}
