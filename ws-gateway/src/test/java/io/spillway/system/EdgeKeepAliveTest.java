package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Exposition;
import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** MQTT's keep alive and WebSocket's pings, which have nothing to do with each other. */
class EdgeKeepAliveTest {
  private static TestSystem system;

  @BeforeAll
  static void start() {
    system = TestSystem.start("gateway.websocket.ping-interval = 1s");
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  @Test
  void anAnswerToAWebSocketPingIsNoSignOfLifeToMqtt() {
    try (WebSocketWire answering = system.webSocket();
        RawClient browser = new RawClient(answering)) {
      long began = System.nanoTime();
      browser.connect5(Packets.connect5("pongs-only", 0x02, 2, Packets.properties()));

      browser.expectDisconnect5(0x8D);

      long millis = (System.nanoTime() - began) / 1_000_000;
      assertTrue(millis >= 2900, millis + " ms");
    }
  }

  @Test
  void aHalfOpenBrowserWithoutKeepAliveIsFoundByItsMissingAnswers() {
    try (RawClient device = system.device().connect311("heir").subscribe("will/half-open", 0);
        RawClient deaf = new RawClient(new RawWebSocketWire(system.httpPort()))) {
      byte[] will = Packets.fields("will/half-open", "gone");
      deaf.send(Packets.connect311("half-open", 0x06, 0, will)).expect("20 02 00 00");

      device.expectPublish("will/half-open", "gone");
    }
  }

  @Test
  void pingRequestsOfAnIdleBrowserNeedNoCore() {
    try (RawClient browser = system.browser().connect311("pinging")) {
      double before = pingsAnswered();
      for (int i = 0; i < 5; i++) {
        browser.expectNothing();
      }

      TestSystem.await("all but the first", () -> pingsAnswered() - before == 4);
      browser.publish("anything", "x").expectNothing().expectNothing();

      TestSystem.await("the second", () -> pingsAnswered() - before == 5);
      assertEquals(5, pingsAnswered() - before);
    }
  }

  private static double pingsAnswered() {
    String page = TestSystem.get(system.process().gateway().adminPort(), "/metrics");
    return Exposition.of(page).value("spillway_gateway_pings_answered_total");
  }
}
