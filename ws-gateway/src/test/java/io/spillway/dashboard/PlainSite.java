package io.spillway.dashboard;

import io.spillway.gateway.Gateway;
import io.spillway.gateway.GatewayConfig;
import io.spillway.process.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;

/** A gateway with the page in front of some broker that isn't ours. Used by one thread. */
final class PlainSite implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Gateway gateway;

  private PlainSite(Gateway gateway) {
    this.gateway = gateway;
  }

  /** In front of the broker on this port; ready once that broker answers. */
  static PlainSite before(int brokerPort) throws Exception {
    Settings settings =
        Settings.of(
            """
            gateway.listeners.http { host = 127.0.0.1, port = 0 }
            gateway.admin.enabled = false
            gateway.io-threads = 2
            gateway.upstream { type = plain, addresses = ["127.0.0.1:%d"], reconnect-max = 200ms }
            """
                .formatted(brokerPort));
    GatewayConfig config = GatewayConfig.read(settings);
    settings.check();
    Gateway gateway = new Gateway(config);
    gateway.start();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!gateway.isReady()) {
      Assertions.assertTrue(System.nanoTime() < deadline, "no way to the broker in time");
      Thread.onSpinWait();
    }
    return new PlainSite(gateway);
  }

  String page() {
    return "http://127.0.0.1:" + gateway.addresses("gateway.listeners.http").get(0).getPort() + "/";
  }

  @Override
  public void close() throws Exception {
    gateway.stop(PATIENCE);
  }
}
