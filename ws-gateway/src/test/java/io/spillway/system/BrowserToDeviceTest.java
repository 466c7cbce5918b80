package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Messages from browsers to devices and back, through gateway, link and core. */
class BrowserToDeviceTest extends BrowserScenarios {
  private static TestSystem system;

  @BeforeAll
  static void start() {
    system = TestSystem.start();
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  @Override
  WebSocketWire webSocket() {
    return system.webSocket();
  }

  @Override
  RawClient device() {
    return system.device();
  }

  @Test
  void theCoresReasonReachesTheBrowser() {
    try (WebSocketWire wire = system.webSocket();
        RawClient browser = new RawClient(wire)) {
      browser.send(Packets.pingreq());

      assertTrue(wire.end().matches("100[28] .+"), wire.end());
    }
  }

  @Test
  void aPacketLongerThanTheMaximumIsRefusedByItsHeader() {
    try (WebSocketWire wire = system.webSocket();
        RawClient browser = new RawClient(wire).connect5("swollen")) {
      browser.send("30 ff ff ff 7f").expectDisconnect5(0x95);

      assertTrue(wire.end().startsWith("1009 "), wire.end());
    }
  }

  @Test
  void takeOverClosesTheOlderBrowser() {
    try (WebSocketWire first = system.webSocket();
        RawClient older = new RawClient(first).connect5("twin");
        RawClient newer = system.browser().connect5("twin")) {
      older.expectDisconnect5(0x8E);

      assertTrue(first.end().startsWith("1008 "), first.end());
      newer.expectNothing();
    }
  }

  @Test
  void aSilentBrowserIsDisconnectedAfterOneAndAHalfTimesItsKeepAlive() {
    try (WebSocketWire wire = system.webSocket();
        RawClient browser = new RawClient(wire)) {
      long began = System.nanoTime();
      browser.connect5(Packets.connect5("silent", 0x02, 1, Packets.properties()));

      browser.expectDisconnect5(0x8D);

      long millis = (System.nanoTime() - began) / 1_000_000;
      assertTrue(millis >= 1400 && millis < 4000, millis + " ms");
      assertTrue(wire.end().startsWith("1008 "), wire.end());
      system.awaitLog("Client silent has exceeded timeout, disconnecting.");
    }
  }
}
