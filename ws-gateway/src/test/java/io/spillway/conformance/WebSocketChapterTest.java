package io.spillway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** MQTT over WebSocket: chapter 6. {@link ConformanceTable} names these tests. */
class WebSocketChapterTest {
  private static GatewayServer server;

  @BeforeAll
  static void start() {
    server = GatewayServer.webSocket("");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aTextFrameEndsTheConnection() throws Exception {
    FramedWire wire = server.framed();
    try (RawClient client = new RawClient(wire).connect311("text")) {
      wire.writeText("hello");

      client.expectClosed();
      assertEquals(1003, wire.closeCode());
    }
  }

  @Test
  void packetsNeedNotBeAlignedWithFrames() throws Exception {
    FramedWire wire = server.framed();
    byte[] connect = Packets.connect311("cut");
    byte[] rest =
        Packets.fields(
            Packets.subscribe311(1, "cut", 0), Packets.publish311("cut", "x"), Packets.pingreq());
    try (RawClient client = new RawClient(wire)) {
      for (byte b : connect) {
        wire.write(new byte[] {b});
      }
      client.expect("20 02 00 00");
      int half = rest.length / 2 + 1;
      wire.writeFragment(Arrays.copyOf(rest, half), true, false);
      wire.writeFragment(Arrays.copyOfRange(rest, half, rest.length), false, true);

      client.expect("90 03 00 01 00").expectPublish("cut", "x").expect(Packets.pingresp());
    }
  }

  @Test
  void theSubprotocolAnsweredIsMqtt() {
    try (FramedWire wire = server.framed()) {
      assertTrue(
          wire.answer().toLowerCase().contains("\r\nsec-websocket-protocol: mqtt\r\n"),
          wire.answer());
    }
  }
}
