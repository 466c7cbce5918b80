package io.spillway.dashboard;

import io.spillway.gateway.Gateway;
import io.spillway.gateway.GatewayConfig;
import io.spillway.process.Settings;
import io.spillway.testing.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in front of Debian's Mosquitto, which has no WebSocket and knows nothing of us. */
@Tag("browser")
final class ForeignBrokerTest extends InBrowser {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path directory;

  @Test
  void pageShowsWhatMosquittoCarries() throws Exception {
    Tools.assumeInstalled("mosquitto");
    int port = freePort();
    Path config = directory.resolve("mosquitto.conf");
    Files.writeString(config, "listener " + port + " 127.0.0.1\nallow_anonymous true\n");
    Process mosquitto = Tools.start("mosquitto", "-c", config.toString());
    Gateway gateway = gateway(port);
    try {
      gateway.start();
      awaitReady(gateway);
      int httpPort = gateway.addresses("gateway.listeners.http").get(0).getPort();
      try (Device device = Device.connect(port)) {
        page.navigate("http://127.0.0.1:" + httpPort + "/");
        awaitState("Connected"::equals, "Connected");

        device.publish("foreign/value", "21.5");

        page.find("treeitem", "value");
      }
    } finally {
      gateway.stop(PATIENCE);
      mosquitto.destroy();
      mosquitto.waitFor();
    }
  }

  private static Gateway gateway(int port) {
    Settings settings =
        Settings.of(
            """
            gateway.listeners.http { host = 127.0.0.1, port = 0 }
            gateway.admin.enabled = false
            gateway.io-threads = 2
            gateway.upstream { type = plain, addresses = ["127.0.0.1:%d"], reconnect-max = 200ms }
            """
                .formatted(port));
    GatewayConfig config = GatewayConfig.read(settings);
    settings.check();
    return new Gateway(config);
  }

  private static void awaitReady(Gateway gateway) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!gateway.isReady()) {
      Assertions.assertTrue(System.nanoTime() < deadline, "no way to the broker in time");
      Thread.onSpinWait();
    }
  }

  /** A port that answers when the broker is there. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
