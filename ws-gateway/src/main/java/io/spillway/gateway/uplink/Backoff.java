package io.spillway.gateway.uplink;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses between attempts: each twice as long as the one before, up to a ceiling, shortened at
 * random by up to a half so that many gateways don't try in step. One thread.
 */
final class Backoff {
  private final long minMillis;
  private final long maxMillis;
  private long nextMillis;

  Backoff(Duration min, Duration max) {
    minMillis = Math.max(1, min.toMillis());
    maxMillis = Math.max(minMillis, max.toMillis());
    nextMillis = minMillis;
  }

  long nextMillis() {
    long millis = nextMillis;
    nextMillis = Math.min(maxMillis, 2 * millis);
    return millis - ThreadLocalRandom.current().nextLong(millis / 2 + 1);
  }

  void succeeded() {
    nextMillis = minMillis;
  }
}
