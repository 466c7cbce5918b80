package io.spillway.limits;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many files the process may still open, of which each connection is one. Some are kept back
 * for what serves those who are here: the store, links, an operator's requests. Any thread.
 */
public final class OpenFiles {
  /** Kept back, or a quarter where the process may open fewer than four times as many. */
  private static final long RESERVE = 256;

  /** What one client may need: its own connection, and one to a broker behind. */
  private static final int PER_CLIENT = 2;

  /**
   * Files that there is room for in any case. Counting takes a system call for every thousand or
   * so, hence the next count comes when half of the last one's room is spent.
   */
  private static final AtomicLong SURE = new AtomicLong();

  private OpenFiles() {}

  /** Whether so many more clients may be taken. True where the system doesn't say. */
  public static boolean roomFor(int clients) {
    int wanted = PER_CLIENT * clients;
    if (SURE.addAndGet(-wanted) >= 0) {
      return true;
    }
    long free = free();
    SURE.set(free / 2);
    return free >= wanted;
  }

  private static long free() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      long max = system.getMaxFileDescriptorCount();
      try {
        return max - Math.min(RESERVE, max / 4) - system.getOpenFileDescriptorCount();
      } catch (InternalError e) {
        return 0; // Counting opens a file, and there is none left for that.
      }
    }
    return Integer.MAX_VALUE;
  }
}
