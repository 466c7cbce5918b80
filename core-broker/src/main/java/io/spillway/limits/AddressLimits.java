package io.spillway.limits;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Counts what clients of one address do: connections, attempts to connect, failed log-ins. Of an
 * IPv6 address the first 64 bits count, as whoever has one has all of them. One per process; any
 * thread.
 *
 * <p>At most {@value #ADDRESSES_MAX} addresses are remembered. Beyond that those without a
 * connection are forgotten; while none of them can be, further ones aren't limited by address, and
 * the limits over all addresses have to do.
 */
public final class AddressLimits {
  private static final int ADDRESSES_MAX = 100_000;

  /** Over how long a rate is averaged, in seconds. */
  private static final int RATE_SECONDS = 10;

  private static final int DOUBLINGS_MAX = 4;
  private static final int BYTES_OF_IPV6 = 8;

  private final AddressSettings settings;
  private final LongSupplier nanoTime;
  private final Map<ByteBuffer, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong lastForgotten = new AtomicLong(Long.MIN_VALUE);

  /** Why an address may not connect now. */
  public enum Refusal {
    CONNECTIONS,
    CONNECT_RATE
  }

  /** Guarded by the map's lock on its key. */
  private static final class Entry {
    int connections;
    RateLimit connects;
    int failedLogins;
    long lastFailure;
  }

  public AddressLimits(AddressSettings settings) {
    this(settings, System::nanoTime);
  }

  AddressLimits(AddressSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  /**
   * Counts a new connection.
   *
   * @return null: it may come, and {@link #ended} follows when it ends; otherwise why not
   */
  public Refusal begun(InetAddress address) {
    if (isExempt(address)) {
      return null;
    }
    ByteBuffer key = key(address);
    if (!hasRoom(key)) {
      return null;
    }
    Refusal[] refusal = new Refusal[1];
    entries.compute(
        key,
        (same, known) -> {
          Entry entry = known == null ? new Entry() : known;
          refusal[0] = begin(entry);
          return entry;
        });
    return refusal[0];
  }

  private Refusal begin(Entry entry) {
    if (entry.connections >= settings.connections()) {
      return Refusal.CONNECTIONS;
    }
    if (settings.connectRate() != Integer.MAX_VALUE) {
      long now = nanoTime.getAsLong();
      if (entry.connects == null) {
        long rate = settings.connectRate();
        entry.connects = new RateLimit(rate, rate * RATE_SECONDS, now);
      }
      if (!entry.connects.take(1, now)) {
        return Refusal.CONNECT_RATE;
      }
    }
    entry.connections++;
    return null;
  }

  /** A connection that was let in has ended. */
  public void ended(InetAddress address) {
    if (!isExempt(address)) {
      entries.computeIfPresent(
          key(address),
          (same, entry) -> {
            entry.connections = Math.max(0, entry.connections - 1);
            return isForgettable(entry) ? null : entry;
          });
    }
  }

  /** Counts a failed log-in and tells how long to wait before the client hears of it. */
  public Duration loginFailed(InetAddress address) {
    if (isExempt(address)) {
      return Duration.ZERO;
    }
    ByteBuffer key = key(address);
    if (!hasRoom(key)) {
      return settings.failedLoginDelay();
    }
    int[] failures = new int[1];
    entries.compute(
        key,
        (same, known) -> {
          Entry entry = known == null ? new Entry() : known;
          entry.failedLogins = isRemembered(entry) ? entry.failedLogins + 1 : 1;
          entry.lastFailure = nanoTime.getAsLong();
          failures[0] = entry.failedLogins;
          return entry;
        });
    return settings.failedLoginDelay().multipliedBy(1L << Math.min(failures[0] - 1, DOUBLINGS_MAX));
  }

  /** Whether log-ins from there have failed too often to try another. */
  public boolean isLockedOut(InetAddress address) {
    Entry entry = isExempt(address) ? null : entries.get(key(address));
    return entry != null && entry.failedLogins >= settings.failedLogins() && isRemembered(entry);
  }

  /** What a refusal is to be called in logs and to clients, without the key to change. */
  public String words(Refusal refusal) {
    return switch (refusal) {
      case CONNECTIONS -> "over " + settings.connections() + " connections from this address";
      case CONNECT_RATE ->
          "over " + settings.connectRate() + " connections per second from this address";
    };
  }

  /** The same for {@link #isLockedOut}. */
  public String lockOutWords() {
    return settings.failedLogins() + " log-ins from this address have failed";
  }

  public AddressSettings settings() {
    return settings;
  }

  /** Addresses remembered. */
  int size() {
    return entries.size();
  }

  private boolean isExempt(InetAddress address) {
    return settings == AddressSettings.NONE || address.isLoopbackAddress() && !settings.loopback();
  }

  private boolean isRemembered(Entry entry) {
    return entry.failedLogins > 0
        && nanoTime.getAsLong() - entry.lastFailure < settings.failedLoginPeriod().toNanos();
  }

  private boolean isForgettable(Entry entry) {
    return entry.connections == 0
        && !isRemembered(entry)
        && (entry.connects == null || entry.connects.isFull(nanoTime.getAsLong()));
  }

  /**
   * Whether the address is remembered or can be. For that every entry is looked at, at most once
   * per second and only when there are too many.
   */
  private boolean hasRoom(ByteBuffer key) {
    if (entries.size() < ADDRESSES_MAX || entries.containsKey(key)) {
      return true;
    }
    long now = nanoTime.getAsLong();
    long last = lastForgotten.get();
    if ((last == Long.MIN_VALUE || now - last >= 1_000_000_000L)
        && lastForgotten.compareAndSet(last, now)) {
      entries.values().removeIf(entry -> entry.connections == 0 && !isRemembered(entry));
    }
    return entries.size() < ADDRESSES_MAX;
  }

  private static ByteBuffer key(InetAddress address) {
    byte[] bytes = address.getAddress();
    return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, BYTES_OF_IPV6));
  }
}
