package io.spillway.process.metrics;

import java.util.concurrent.atomic.LongAdder;

/** How long something took, in buckets. Any thread adds, any thread reads; memory is fixed. */
public final class Histogram {

  /** For what should take far below a second. */
  private static final double[] SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  private final LongAdder[] buckets = new LongAdder[SECONDS.length + 1];
  private final LongAdder sumNanos = new LongAdder();

  public Histogram() {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  public void add(long nanos) {
    double seconds = nanos / 1e9;
    int bucket = 0;
    while (bucket < SECONDS.length && seconds > SECONDS[bucket]) {
      bucket++;
    }
    buckets[bucket].increment();
    sumNanos.add(nanos);
  }

  /** Its count is that of its buckets, whatever is added meanwhile. */
  Snapshot snapshot() {
    double sum = sumNanos.sum() / 1e9;
    long[] upTo = new long[buckets.length];
    long count = 0;
    for (int i = 0; i < buckets.length; i++) {
      count += buckets[i].sum();
      upTo[i] = count;
    }
    return new Snapshot(SECONDS, upTo, sum);
  }

  /** The number of values up to each bound, and beyond the last. */
  record Snapshot(double[] bounds, long[] counts, double sumSeconds) {
    long upTo(int bound) {
      return counts[bound];
    }

    long count() {
      return counts[counts.length - 1];
    }
  }
}
