package io.spillway.broker.connection;

import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.properties;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.listen.LinkDialer.StreamWire;
import io.spillway.link.CloseReason;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keep alive: enforced here for sockets, at the edge for a link's streams. */
class KeepAliveTest {
  private static TestBroker broker;

  @BeforeAll
  static void start() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void aSilentClientIsClosedAfterOneAndAHalfTimesItsKeepAlive() {
    try (RawClient client = broker.client();
        RawClient client5 = broker.client()) {
      long start = System.nanoTime();
      client.send(connect311("silent", 0x02, 1)).expect("20 02 00 00");
      client5.connect5(connect5("silent5", 0x02, 1, properties()));

      client.expectClosed(); // [MQTT-3.1.2-24]
      long millis = (System.nanoTime() - start) / 1_000_000;

      assertTrue(millis >= 1500, "closed after " + millis + " ms");
      client5.expectDisconnect5(0x8D);
      broker.awaitLog("Client silent has exceeded timeout, disconnecting.");
    }
  }

  @Test
  void theEdgeIsToldTheKeepAliveAndReportsItsEnd() {
    StreamWire wire = broker.link().open("127.0.0.1", 4711);
    try (RawClient client = new RawClient(wire)) {
      client.send(connect311("edge", 0x02, 1)).expect("20 02 00 00");

      assertEquals(1, wire.awaitAttributes().keepAliveSeconds());
      assertEquals(4, wire.awaitAttributes().protocolLevel());
      assertEquals("edge", wire.awaitAttributes().clientId());

      wire.close(CloseReason.KEEP_ALIVE_TIMEOUT);
      broker.awaitLog("Client edge has exceeded timeout, disconnecting.");
    }
  }
}
