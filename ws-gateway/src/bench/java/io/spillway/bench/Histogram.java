package io.spillway.bench;

/** Counts durations in buckets 1.6 % wide. One thread records; others are added when it is done. */
final class Histogram {
  private static final int SUB_BITS = 6;

  private final long[] counts = new long[(64 - SUB_BITS) << SUB_BITS];
  private long total;

  void record(long nanos) {
    counts[index(Math.max(0, nanos))]++;
    total++;
  }

  void add(Histogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
  }

  void clear() {
    java.util.Arrays.fill(counts, 0);
    total = 0;
  }

  long total() {
    return total;
  }

  double percentileMillis(double percentile) {
    long wanted = (long) Math.ceil(total * percentile / 100);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= wanted && seen > 0) {
        return value(i) / 1e6;
      }
    }
    return Double.NaN;
  }

  private static int index(long value) {
    int magnitude = 63 - Long.numberOfLeadingZeros(value | (1L << SUB_BITS) - 1);
    int shift = magnitude - SUB_BITS + 1;
    return (shift << SUB_BITS - 1) + (int) (value >>> shift);
  }

  private static long value(int index) {
    int half = 1 << SUB_BITS - 1;
    if (index < 2 * half) {
      return index;
    }
    int shift = index / half - 1;
    return (long) (index - shift * half) << shift;
  }
}
