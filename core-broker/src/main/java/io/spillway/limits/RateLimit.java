package io.spillway.limits;

/**
 * So many per second with a burst: a bucket that fills at the rate and may be overdrawn once. Not
 * for several threads at a time.
 */
public final class RateLimit {
  private static final double SECOND = 1_000_000_000d;

  private final double perNano;
  private final double capacity;
  private double available;
  private long last;

  /** {@code now} is of {@link System#nanoTime}, here and below. */
  public RateLimit(long perSecond, long burst, long now) {
    this.perNano = perSecond / SECOND;
    this.capacity = burst;
    this.available = burst;
    this.last = now;
  }

  /** Takes so many if there are. */
  boolean take(long amount, long now) {
    fill(now);
    if (available < amount) {
      return false;
    }
    available -= amount;
    return true;
  }

  /** Takes so many in any case, and tells for how many nanoseconds to take no more. */
  public long spend(long amount, long now) {
    fill(now);
    available -= amount;
    return available >= 0 ? 0 : (long) (-available / perNano);
  }

  boolean isFull(long now) {
    fill(now);
    return available >= capacity;
  }

  private void fill(long now) {
    available = Math.min(capacity, available + (now - last) * perNano);
    last = now;
  }
}
