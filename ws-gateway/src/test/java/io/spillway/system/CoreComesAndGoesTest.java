package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Core and gateway as processes of their own that start, stop and fail in any order. */
class CoreComesAndGoesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Test
  void aGatewayWithoutACoreServesItsPageAndRefusesUpgrades() throws Exception {
    int linkPort = Ports.free();
    try (TestGateway gateway = TestGateway.before(linkPort)) {
      HttpResponse<String> page = get(gateway.httpPort(), "/");
      HttpResponse<String> ready = get(gateway.httpPort(), "/readyz");
      HttpResponse<String> live = get(gateway.adminPort(), "/livez");

      assertEquals(200, page.statusCode());
      assertEquals(503, ready.statusCode());
      assertEquals(200, live.statusCode());
      assertEquals(503, WebSocketWire.attempt(gateway.httpPort(), "/mqtt"));

      try (TestBroker core = core(linkPort)) {
        gateway.awaitReady();
        try (RawClient browser = gateway.browser().connect311("late")) {
          browser.expectNothing();
        }
        assertEquals(200, get(gateway.adminPort(), "/readyz").statusCode());
        assertTrue(core.broker().isReady());
      }
    }
  }

  @Test
  void browsersAreClosedWhenTheirCoreGoesAndServedWhenItIsBack() throws Exception {
    int linkPort = Ports.free();
    TestBroker first = core(linkPort);
    try (TestGateway gateway = TestGateway.before(linkPort).awaitReady()) {
      try (WebSocketWire wire = gateway.webSocket();
          RawClient browser = new RawClient(wire).connect311("orphan")) {
        first.close();

        browser.expectClosed();
        assertTrue(wire.end().matches("101[23] .*|1001 .*"), wire.end());
      }
      TestSystem.await("nobody is ready", () -> !gateway.gateway().isReady());
      assertEquals(503, WebSocketWire.attempt(gateway.httpPort(), "/mqtt"));

      try (TestBroker second = core(linkPort)) {
        gateway.awaitReady();
        try (RawClient browser = gateway.browser().connect311("orphan")) {
          browser.expectNothing();
        }
        second.awaitLog("as orphan");
      }
    }
  }

  @Test
  void aWrongSecretIsSaidOnBothSides() throws Exception {
    int linkPort = Ports.free();
    try (TestBroker core =
            TestBroker.start("broker.link { port = " + linkPort + ", secret = right }");
        TestGateway gateway = TestGateway.before(linkPort, "gateway.upstream.secret = wrong")) {
      core.awaitLog(line -> line.contains("Link from") && line.contains("failed"));

      assertFalse(gateway.gateway().isReady());
      core.awaitLog("gateway.upstream.secret");
    }
  }

  @Test
  void aStoppingGatewayTellsItsBrowsers() throws Exception {
    int linkPort = Ports.free();
    try (TestBroker core = core(linkPort);
        TestGateway gateway = TestGateway.before(linkPort).awaitReady();
        WebSocketWire five = gateway.webSocket();
        WebSocketWire three = gateway.webSocket()) {
      RawClient browser5 = new RawClient(five).connect5("five");
      RawClient browser3 = new RawClient(three).connect311("three");

      gateway.stop(Duration.ofSeconds(5));

      browser5.expectDisconnect5(0x8B);
      browser3.expectClosed();
      assertEquals("1001 the gateway is stopping", five.end());
      assertEquals("1001 the gateway is stopping", three.end());
      core.awaitLog("is unlinked");
    }
  }

  private static TestBroker core(int linkPort) {
    return TestBroker.start("broker.link.port = " + linkPort);
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    URI uri = URI.create("http://localhost:" + port + path);
    return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
