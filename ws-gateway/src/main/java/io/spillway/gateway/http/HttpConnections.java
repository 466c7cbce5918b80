package io.spillway.gateway.http;

import io.spillway.gateway.http.Admission.Rejection;
import io.spillway.limits.AddressLimits;
import io.spillway.limits.AddressSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Connections that are HTTP's, from the accept to the upgrade or their end: so many in all and of
 * one address, so that connections which never ask for anything can't take all that the process may
 * open. One per server for its public listeners; any thread.
 */
final class HttpConnections {
  private static final long RETRY_SECONDS = 10;

  private final int connectionsMax;
  private final AddressLimits addresses;

  /** Those who bring many clients. */
  private final Predicate<InetAddress> trusted;

  private final AtomicInteger connections = new AtomicInteger();

  HttpConnections(
      int connectionsMax, int perAddressMax, boolean loopback, Predicate<InetAddress> trusted) {
    this.connectionsMax = connectionsMax;
    this.trusted = trusted;
    this.addresses =
        new AddressLimits(
            new AddressSettings(
                perAddressMax,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Duration.ZERO,
                Duration.ZERO,
                loopback));
  }

  /** Null: it may stay, and {@link #ended} follows; otherwise why not. */
  Rejection begun(InetAddress address) {
    if (connections.incrementAndGet() > connectionsMax) {
      connections.decrementAndGet();
      return new Rejection(
          Refusal.MAX_HTTP_CONNECTIONS,
          "over " + connectionsMax + " HTTP connections (gateway.http.max-connections)",
          RETRY_SECONDS);
    }
    AddressLimits.Refusal refusal = trusted.test(address) ? null : addresses.begun(address);
    if (refusal == null) {
      return null;
    }
    connections.decrementAndGet();
    return new Rejection(
        Refusal.ADDRESS_MAX_HTTP_CONNECTIONS,
        addresses.words(refusal) + " (gateway.http.max-connections-per-address)",
        RETRY_SECONDS);
  }

  void ended(InetAddress address) {
    connections.decrementAndGet();
    if (!trusted.test(address)) {
      addresses.ended(address);
    }
  }

  /** At this moment. */
  int size() {
    return connections.get();
  }
}
