package io.spillway.gateway;

import io.spillway.broker.Broker;
import io.spillway.broker.BrokerConfig;
import io.spillway.process.Service;
import io.spillway.process.Settings;
import io.spillway.process.StartFailure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A core and a gateway that dials in at its link listener, wherever that is and whatever its
 * secret. The core starts first and stops last. Used by one thread.
 */
public final class Standalone implements Service {
  private static final Duration LINKS_TIMEOUT = Duration.ofSeconds(5);
  private static final long LINKS_POLL_MILLIS = 2;

  private final Broker broker;
  private final BrokerConfig.Link link;
  private final GatewayConfig gatewayConfig;

  /** Null until the core has started. */
  private Gateway gateway;

  Standalone(Broker broker, BrokerConfig brokerConfig, GatewayConfig gatewayConfig) {
    this.broker = broker;
    this.link = brokerConfig.link();
    this.gatewayConfig = gatewayConfig;
  }

  /** Of settings that hold both roots, for tests and for embedding. */
  public static Standalone of(Settings settings) {
    BrokerConfig brokerConfig = BrokerConfig.read(settings);
    GatewayConfig gatewayConfig = GatewayConfig.read(settings, true);
    settings.check();
    return new Standalone(new Broker(brokerConfig), brokerConfig, gatewayConfig);
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(broker.warnings());
    warnings.addAll(gatewayConfig.warnings());
    return warnings;
  }

  @Override
  public void start() throws Exception {
    broker.start();
    InetSocketAddress address =
        InetSocketAddress.createUnresolved(reachable(link.hosts()), broker.linkPort());
    gateway = new Gateway(gatewayConfig.withCore(address, link.secret()));
    gateway.start();
    awaitLinks();
  }

  /** So that a browser isn't refused in the first moment; the links are to this very process. */
  private void awaitLinks() throws InterruptedException {
    long end = System.nanoTime() + LINKS_TIMEOUT.toNanos();
    while (!gateway.isReady() && System.nanoTime() < end) {
      Thread.sleep(LINKS_POLL_MILLIS);
    }
  }

  /** Loopback where the listener is bound to it or to everything. */
  private static String reachable(List<InetAddress> hosts) {
    for (InetAddress host : hosts) {
      if (host.isLoopbackAddress() || host.isAnyLocalAddress()) {
        return host.isLoopbackAddress() ? host.getHostAddress() : "127.0.0.1";
      }
    }
    return hosts.get(0).getHostAddress();
  }

  public Broker broker() {
    return broker;
  }

  public Gateway gateway() {
    return gateway;
  }

  @Override
  public List<String> greeting() {
    List<String> lines = new ArrayList<>(broker.greeting());
    lines.addAll(gateway.greeting());
    return lines;
  }

  @Override
  public void stop(Duration timeout) throws Exception {
    long end = System.nanoTime() + timeout.toNanos();
    try {
      if (gateway != null) {
        gateway.stop(timeout.dividedBy(2));
      }
    } finally {
      broker.stop(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
  }

  @Override
  public void reload(Settings settings) throws Exception {
    try {
      broker.reload(settings);
    } catch (Exception e) {
      // Each for itself: a mistake in a file of one's keeps nothing from the other.
      try {
        gateway.reload(settings);
      } catch (StartFailure also) {
        e.addSuppressed(also);
      }
      throw e;
    }
    gateway.reload(settings);
  }
}
