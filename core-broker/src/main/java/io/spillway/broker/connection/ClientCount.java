package io.spillway.broker.connection;

import io.spillway.limits.AddressLimits;
import io.spillway.limits.AddressLimits.Refusal;
import io.spillway.limits.MemoryGuard;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of all listeners together, those of links included: whether one more may come. Asked
 * before anything is read from it. Any thread.
 */
public final class ClientCount {
  private final int connectionsMax;
  private final AddressLimits addresses;
  private final MemoryGuard memory;
  private final AtomicInteger connections = new AtomicInteger();

  /** {@code connectionsMax}: Integer.MAX_VALUE for no limit. */
  public ClientCount(int connectionsMax, AddressLimits addresses, MemoryGuard memory) {
    this.connectionsMax = connectionsMax;
    this.addresses = addresses;
    this.memory = memory;
  }

  /**
   * Why a client may not come.
   *
   * @param cause as it is counted
   * @param words with the key to change
   */
  public record Refused(String cause, String words) {}

  /** Null: it may come, and {@link #ended} follows; otherwise why not. */
  public Refused begun(InetAddress address) {
    if (memory.isTight()) {
      return new Refused("memory", "memory is short (broker.limits.memory-guard)");
    }
    if (connections.incrementAndGet() > connectionsMax) {
      connections.decrementAndGet();
      return new Refused(
          "max connections",
          "over " + connectionsMax + " connections (broker.limits.max-connections)");
    }
    Refusal refusal = addresses.begun(address);
    if (refusal == null) {
      return null;
    }
    connections.decrementAndGet();
    boolean tooMany = refusal == Refusal.CONNECTIONS;
    return new Refused(
        tooMany ? "address max connections" : "address connect rate",
        addresses.words(refusal)
            + " (broker.limits.per-address."
            + (tooMany ? "max-connections)" : "connect-rate)"));
  }

  /** One that was let in has gone. */
  public void ended(InetAddress address) {
    connections.decrementAndGet();
    addresses.ended(address);
  }

  AddressLimits addresses() {
    return addresses;
  }
}
