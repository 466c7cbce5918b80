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

  /** Null: it may come, and {@link #ended} follows; otherwise why not, with the key to change. */
  public String begun(InetAddress address) {
    if (memory.isTight()) {
      return "memory is short (broker.limits.memory-guard)";
    }
    if (connections.incrementAndGet() > connectionsMax) {
      connections.decrementAndGet();
      return "over " + connectionsMax + " connections (broker.limits.max-connections)";
    }
    Refusal refusal = addresses.begun(address);
    if (refusal == null) {
      return null;
    }
    connections.decrementAndGet();
    return addresses.words(refusal) + key(refusal);
  }

  private static String key(Refusal refusal) {
    return " (broker.limits.per-address."
        + (refusal == Refusal.CONNECTIONS ? "max-connections)" : "connect-rate)");
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
