package io.spillway.limits;

import java.time.Duration;

/**
 * The limits per address of one process.
 *
 * @param connections open ones; Integer.MAX_VALUE: no limit
 * @param connectRate new ones per second, averaged over ten; Integer.MAX_VALUE: no limit
 * @param failedLogins after so many the address has to wait; Integer.MAX_VALUE: no limit
 * @param failedLoginPeriod how long it waits, and how long a failure is remembered
 * @param failedLoginDelay how long the answer to the first failed log-in waits; doubles with each
 *     further one, up to 16 times
 * @param loopback whether clients on loopback are limited too
 */
public record AddressSettings(
    int connections,
    int connectRate,
    int failedLogins,
    Duration failedLoginPeriod,
    Duration failedLoginDelay,
    boolean loopback) {

  /** No limits at all. */
  public static final AddressSettings NONE =
      new AddressSettings(
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Duration.ZERO,
          Duration.ZERO,
          false);
}
