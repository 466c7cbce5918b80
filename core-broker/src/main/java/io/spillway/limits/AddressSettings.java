package io.spillway.limits;

import io.spillway.process.Settings;
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

  /** Reads {@code limits.per-address} of either role. */
  public static AddressSettings read(Settings limits) {
    int unlimited = Integer.MAX_VALUE;
    return new AddressSettings(
        limits.optionalNumber("max-connections", 1, unlimited).orElse(unlimited),
        limits.optionalNumber("connect-rate", 1, unlimited).orElse(unlimited),
        limits.optionalNumber("failed-logins", 1, unlimited).orElse(unlimited),
        limits.duration("failed-login-period", Duration.ofSeconds(1), Duration.ofDays(1)),
        limits.duration("failed-login-delay", Duration.ZERO, Duration.ofMinutes(1)),
        limits.flag("loopback"));
  }
}
