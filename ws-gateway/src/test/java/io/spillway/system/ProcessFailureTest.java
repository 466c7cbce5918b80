package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.RoleProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Core and gateway as processes that are killed, asked to stop, and halted for a while. */
@Tag("long")
class ProcessFailureTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final Duration HALT = Duration.ofSeconds(40);

  private final int tcpPort = Ports.free();
  private final int linkPort = Ports.free();
  private final int httpPort = Ports.free();
  private RoleProcess core;
  private RoleProcess gateway;
  private long began;

  @BeforeEach
  void start() {
    core = RoleProcess.core(tcpPort, linkPort);
    gateway = RoleProcess.gateway(httpPort, linkPort);
    awaitServed("nobody");
  }

  @AfterEach
  void stop() {
    gateway.close();
    core.close();
  }

  @Test
  void browsersOfAKilledCoreAreClosedAndServedWhenItIsBack() {
    WebSocketWire browser = browserWithWill();
    began = System.nanoTime();

    core.signal("KILL");

    say("core KILL: " + browser.end());
    assertTrue(browser.end().startsWith("1012 "), browser.end());
    TestSystem.await("upgrades are refused", () -> status() == 503);
    began = System.nanoTime();
    core = RoleProcess.core(tcpPort, linkPort);
    awaitServed("back");
    say("core back: served");
  }

  @Test
  void browsersOfACoreThatIsAskedToStopAreToldSo() {
    WebSocketWire browser = browserWithWill();
    RawClient five = new RawClient(WebSocketWire.connect(httpPort, "/mqtt")).connect5("five");
    began = System.nanoTime();

    core.signal("TERM");

    five.expectDisconnect5(0x8B);
    say("core TERM: " + browser.end());
    assertEquals("1001 the server is shutting down", browser.end());
    assertEquals(0, core.exitStatus());
  }

  @Test
  void aHaltedCoreLosesItsBrowsersAndServesThemWhenItGoesOn() {
    WebSocketWire browser = browserWithWill();
    began = System.nanoTime();

    core.signal("STOP");

    TestSystem.await("upgrades are refused", HALT, () -> status() == 503);
    say("core STOP: " + browser.end());
    assertTrue(browser.end().startsWith("1012 "), browser.end());
    core.signal("CONT");
    began = System.nanoTime();
    awaitServed("back");
    say("core CONT: served");
  }

  @Test
  void theWillsOfAKilledGatewaysBrowsersFireAtOnce() {
    try (RawClient device = device()) {
      WebSocketWire browser = browserWithWill();
      began = System.nanoTime();

      gateway.signal("KILL");

      device.expectPublish("will/browser", "gone");
      say("gateway KILL: will; browser sees " + browser.end());
      gateway = RoleProcess.gateway(httpPort, linkPort);
      awaitServed("back");
    }
  }

  @Test
  void aGatewayThatIsAskedToStopSaysSoAndItsBrowsersWillsFire() {
    try (RawClient device = device()) {
      WebSocketWire browser = browserWithWill();
      RawClient five = new RawClient(WebSocketWire.connect(httpPort, "/mqtt")).connect5("five");
      began = System.nanoTime();

      gateway.signal("TERM");

      device.expectPublish("will/browser", "gone");
      five.expectDisconnect5(0x8B);
      say("gateway TERM: " + browser.end());
      assertEquals("1001 the gateway is stopping", browser.end());
      assertEquals(0, gateway.exitStatus());
    }
  }

  @Test
  void theWillsOfAHaltedGatewaysBrowsersFireAndItServesAgainWhenItGoesOn() {
    try (RawClient device = device()) {
      WebSocketWire browser = browserWithWill();
      began = System.nanoTime();

      gateway.signal("STOP");

      TestSystem.await("the will", HALT, () -> hasCome(device));
      say("gateway STOP: will");
      gateway.signal("CONT");
      began = System.nanoTime();
      say("gateway CONT: " + browser.end());
      assertTrue(browser.end().startsWith("1012 "), browser.end());
      awaitServed("back");
    }
  }

  private static boolean hasCome(RawClient device) {
    try {
      device.expectPublish("will/browser", "gone");
      return true;
    } catch (AssertionError e) {
      return false; // Not yet: nothing came in time.
    }
  }

  private RawClient device() {
    return RawClient.tcp(tcpPort).connect311("device").subscribe("will/#", 0);
  }

  private WebSocketWire browserWithWill() {
    WebSocketWire wire = WebSocketWire.connect(httpPort, "/mqtt");
    byte[] will = Packets.fields("will/browser", "gone");
    new RawClient(wire).send(Packets.connect311("browser", 0x06, 60, will)).expect("20 02 00 00");
    return wire;
  }

  private boolean isReady() {
    URI uri = URI.create("http://127.0.0.1:" + httpPort + "/readyz");
    try {
      return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }

  private int status() {
    return WebSocketWire.attempt(httpPort, "/mqtt");
  }

  private void awaitServed(String clientId) {
    // A single upgrade may meet the one thread that has its link already.
    TestSystem.await("it is ready", this::isReady);
    try (RawClient client = new RawClient(WebSocketWire.connect(httpPort, "/mqtt"))) {
      client.connect311(clientId).expectNothing();
    }
  }

  /** For the table in the module's README. */
  private void say(String what) {
    System.out.println(what + " after " + (System.nanoTime() - began) / 1_000_000 + " ms");
  }
}
