package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser can do through a gateway, whatever broker is behind it. */
abstract class BrowserScenarios {
  /** A WebSocket that has been upgraded and has sent nothing yet. */
  abstract WebSocketWire webSocket();

  /** A client over TCP at the broker itself. */
  abstract RawClient device();

  RawClient browser() {
    return new RawClient(webSocket());
  }

  @Test
  void aReadingFromADeviceReachesABrowser() {
    try (RawClient browser = browser().connect311("reader");
        RawClient device = device().connect5("sensor")) {
      browser.subscribe("sensor/+", 0);

      device.publish("sensor/1", "21.5");

      browser.expectPublish("sensor/1", "21.5").expectNothing();
    }
  }

  @Test
  void whatABrowserPublishesReachesADevice() {
    try (RawClient browser = browser().connect5("switch");
        RawClient device = device().connect311("lamp")) {
      device.subscribe("lamp/on", 0);

      browser.publish("lamp/on", "yes");

      device.expectPublish("lamp/on", "yes").expectNothing();
    }
  }

  @Test
  void qualityOfServiceOneIsAcknowledgedBothWays() {
    try (RawClient browser = browser().connect311("qos1-a");
        RawClient device = device().connect311("qos1-b")) {
      browser.subscribe("qos1/up", 1);

      device.send(Packets.packet(0x32, "qos1/up", Packets.u16(7), Packets.utf8("x")));

      device.expect("40 02 00 07");
      byte[] publish = browser.read();
      assertEquals(0x32, publish[0]);
      browser.send(Packets.packet(0x40, Arrays.copyOfRange(publish, 11, 13))).expectNothing();
    }
  }

  @Test
  void manyPacketsInOneFrameAreReadOneByOne() {
    try (RawClient browser = browser()) {
      browser.send(
          Packets.fields(
              Packets.connect311("packed"),
              Packets.subscribe311(1, "packed/#", 0),
              Packets.publish311("packed/a", "1"),
              Packets.publish311("packed/b", "2"),
              Packets.pingreq()));

      browser.expect("20 02 00 00").expect("90 03 00 01 00");
      browser.expectPublish("packed/a", "1").expectPublish("packed/b", "2");
      browser.expect(Packets.pingresp());
    }
  }

  @Test
  void onePacketMayComeInManyFrames() {
    try (RawClient browser = browser()) {
      for (byte b : Packets.connect311("split")) {
        browser.send(new byte[] {b});
      }

      browser.expect("20 02 00 00").expectNothing();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100_000, 1 << 20, 10 << 20})
  void largePayloadsArriveIntactBothWays(int size) {
    byte[] payload = new byte[size];
    new Random(size).nextBytes(payload);
    byte[] publish = Packets.packet(0x30, "large", payload);
    try (RawClient browser = browser().connect311("large-a");
        RawClient device = device().connect311("large-b")) {
      browser.subscribe("large", 0);
      device.subscribe("large", 0);

      device.send(publish);
      byte[] down = browser.read();
      byte[] ownDown = device.read();
      browser.send(publish);
      byte[] up = device.read();
      byte[] ownUp = browser.read();

      assertArrayEquals(publish, down);
      assertArrayEquals(publish, ownDown);
      assertArrayEquals(publish, up);
      assertArrayEquals(publish, ownUp);
    }
  }

  @Test
  void largePayloadsOfQualityOfServiceOneArriveIntact() {
    byte[] payload = new byte[3 << 20];
    new Random(1).nextBytes(payload);
    byte[] publish = Packets.packet(0x32, "large1", Packets.u16(5), payload);
    try (RawClient browser = browser().connect311("large1-a");
        RawClient device = device().connect311("large1-b")) {
      browser.subscribe("large1", 1);

      device.send(publish).expect("40 02 00 05");
      byte[] down = browser.read();

      assertEquals(publish.length, down.length);
      assertArrayEquals(
          payload, Arrays.copyOfRange(down, down.length - payload.length, down.length));
    }
  }

  @Test
  void packetsThatArePendingTogetherShareAFrame() {
    try (WebSocketWire wire = webSocket();
        RawClient browser = new RawClient(wire).connect311("joined");
        RawClient device = device().connect311("burst")) {
      browser.subscribe("burst", 0);
      int before = wire.messagesReceived();
      byte[] one = Packets.publish311("burst", "x");
      byte[][] many = new byte[1000][];
      Arrays.fill(many, one);

      device.send(Packets.fields((Object[]) many));
      for (int i = 0; i < 1000; i++) {
        browser.expect(one);
      }

      int frames = wire.messagesReceived() - before;
      assertTrue(frames < 500, frames + " frames for 1000 packets");
    }
  }

  @Test
  void aTextFrameIsRefused() {
    try (WebSocketWire wire = webSocket()) {
      wire.writeText("hello");

      assertTrue(wire.end().startsWith("1003 "), wire.end());
    }
  }

  @Test
  void theWillIsPublishedWhenABrowserVanishes() {
    try (WebSocketWire wire = webSocket();
        RawClient device = device().connect311("heir")) {
      device.subscribe("will/#", 0);
      byte[] will = Packets.fields("will/browser", "gone");
      new RawClient(wire)
          .send(Packets.packet(0x10, "MQTT", 4, 0x06, Packets.u16(60), "vanisher", will))
          .expect("20 02 00 00");

      wire.cut();

      device.expectPublish("will/browser", "gone");
    }
  }

  @Test
  void pingsAreAnsweredAlsoByTheEdge() {
    try (RawClient browser = browser().connect311("pinger")) {
      for (int i = 0; i < 5; i++) {
        browser.expectNothing();
      }
    }
  }
}
