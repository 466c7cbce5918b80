package io.spillway.limits;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * The words for a port at which nobody can be taken for want of files: at once, and while it lasts
 * once a minute. One per listening socket; any thread.
 */
public final class FullHouse {
  private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final AtomicLong told = new AtomicLong(System.nanoTime() - SILENCE_NANOS);

  public void tell(Logger log, int port, String why) {
    long now = System.nanoTime();
    long before = told.get();
    if (now - before >= SILENCE_NANOS && told.compareAndSet(before, now)) {
      log.warn(
          "No more connections are taken at port {}: {}. Those that come wait until others have"
              + " ended. How many files the process may open is said by ulimit -n, or LimitNOFILE"
              + " of systemd.",
          port,
          why);
    }
  }
}
