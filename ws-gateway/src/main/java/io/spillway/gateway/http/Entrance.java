package io.spillway.gateway.http;

import io.spillway.gateway.http.Admission.Rejection;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One listener's way to the {@link Admission} that all of them share, with the listener's own bound
 * on WebSockets. Any thread.
 */
final class Entrance {
  private final HttpSettings.Listener listener;
  private final Admission admission;
  private final AtomicInteger connections = new AtomicInteger();

  Entrance(HttpSettings.Listener listener, Admission admission) {
    this.listener = listener;
    this.admission = admission;
  }

  Admission admission() {
    return admission;
  }

  /** Null: it may come, and {@link #ended} follows; otherwise why not. */
  Rejection begun(InetAddress address) {
    Rejection rejection =
        connections.incrementAndGet() > listener.connectionsMax()
            ? full()
            : admission.begun(address);
    if (rejection != null) {
      connections.decrementAndGet();
    }
    return rejection;
  }

  private Rejection full() {
    return new Rejection(
        Refusal.LISTENER_MAX_CONNECTIONS,
        "over "
            + listener.connectionsMax()
            + " connections ("
            + listener.name()
            + ".max-connections)",
        Admission.RATE_RETRY_SECONDS);
  }

  /** One that was let in has gone. */
  void ended(InetAddress address) {
    connections.decrementAndGet();
    admission.ended(address);
  }
}
