package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Exposition;
import io.spillway.testing.Packets;
import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.Tools;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same browsers in front of Debian's Mosquitto, which knows nothing of the gateway. */
class BeforeMosquittoTest extends BrowserScenarios {
  @TempDir static Path directory;

  private static Process mosquitto;
  private static int port;
  private static TestGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    Tools.assumeInstalled("mosquitto");
    port = Ports.free();
    Path config = directory.resolve("mosquitto.conf");
    Files.writeString(config, "listener " + port + " 127.0.0.1\nallow_anonymous true\n");
    mosquitto = Tools.start("mosquitto", "-c", config.toString());
    TestSystem.await("Mosquitto listens", BeforeMosquittoTest::listens);
    gateway = TestGateway.before(port, "gateway.upstream.type = plain").awaitReady();
  }

  private static boolean listens() {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (gateway != null) {
      gateway.close();
    }
    if (mosquitto != null) {
      mosquitto.destroy();
      mosquitto.waitFor();
    }
  }

  @Override
  WebSocketWire webSocket() {
    return gateway.webSocket();
  }

  @Override
  RawClient device() {
    return RawClient.tcp(port);
  }

  @Test
  void itsPageForPrometheusTellsOfTheBrokersConnections() {
    Exposition page = Exposition.of(TestSystem.get(gateway.adminPort(), "/metrics"));

    String broker = "{server=\"127.0.0.1:" + port + "\"}";
    assertTrue(page.value("spillway_gateway_upstream_connected_total" + broker) >= 2);
    assertEquals(0, page.value("spillway_gateway_upstream_failed_total" + broker));
    assertTrue(page.types().size() >= 20, page.types().size() + " families");
    TestSystem.await("the pool is filled again", () -> idleConnections() >= 1);
  }

  @Test
  void theBrokersEndIsTheBrowsersEnd() {
    try (WebSocketWire wire = gateway.webSocket();
        RawClient browser = new RawClient(wire).connect311("plain-twin");
        RawClient device = RawClient.tcp(port).connect311("plain-twin")) {
      browser.expectClosed();

      assertTrue(wire.end().startsWith("1000 "), wire.end());
      device.expectNothing();
    }
  }

  private static double idleConnections() {
    return Exposition.of(TestSystem.get(gateway.adminPort(), "/metrics"))
        .value("spillway_gateway_upstream_idle_connections");
  }

  /** Keep alive is the broker's own, which hears each PINGREQ. */
  @Test
  void aSilentBrowserIsDisconnectedByTheBroker() {
    try (WebSocketWire wire = gateway.webSocket();
        RawClient browser = new RawClient(wire)) {
      browser.send(Packets.connect311("plain-silent", 0x02, 1)).expect("20 02 00 00");

      browser.expectClosed();

      assertTrue(wire.end().startsWith("1000 "), wire.end());
    }
  }

  @Test
  void aHundredBrowsersHaveAConnectionEach() {
    RawClient[] browsers = new RawClient[100];
    for (int i = 0; i < browsers.length; i++) {
      browsers[i] = gateway.browser().connect311("plain-" + i);
    }
    for (RawClient browser : browsers) {
      browser.expectNothing();
    }

    assertEquals(100, gateway.gateway().browsers());

    for (RawClient browser : browsers) {
      browser.close();
    }
    TestSystem.await("all have gone", () -> gateway.gateway().browsers() == 0);
  }
}
