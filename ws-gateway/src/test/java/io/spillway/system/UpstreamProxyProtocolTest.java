package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway in front of a broker that wants to know who its clients really are. */
class UpstreamProxyProtocolTest {
  private static final int POOL = 3;

  private ProxyExpectingBroker broker;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    broker = new ProxyExpectingBroker();
    gateway =
        TestGateway.before(
                broker.port(),
                "gateway { io-threads = 1, trusted-proxies = [\"127.0.0.1\", \"::1\"] }",
                "gateway.upstream { type = plain, proxy-protocol = true, pool-size = "
                    + POOL
                    + " }")
            .awaitReady();
  }

  @AfterEach
  void stop() {
    gateway.close();
    broker.close();
  }

  @Test
  void theBrokerIsToldTheBrowsersOwnAddress() {
    RawWebSocketWire wire = new RawWebSocketWire(gateway.httpPort());
    try (RawClient browser = new RawClient(wire).connect311("proxied")) {
      ProxyExpectingBroker.Client client = broker.next();

      assertEquals(wire.localAddress(), client.source());
      assertEquals(gateway.httpPort(), client.destination().getPort());
      assertEquals("proxied", client.clientId());
      byte[] publish = Packets.publish311("any", "echo");
      browser.send(publish).expect(publish).expectNothing();
    }
  }

  @Test
  void aForwardedAddressIsTheBrowsersOwn() {
    RawWebSocketWire wire =
        new RawWebSocketWire(gateway.httpPort(), "X-Forwarded-For: 2001:db8::7");
    try (RawClient browser = new RawClient(wire).connect311("forwarded")) {
      assertEquals("/[2001:db8:0:0:0:0:0:7]:0", broker.next().source().toString());
      browser.expectNothing();
    }
  }

  /** Connections wait opened and silent; each is one browser's and ends with it. */
  @Test
  void openedConnectionsAreHandedOutOnceAndReplaced() {
    TestSystem.await("the pool", () -> broker.opened() == POOL);
    assertEquals(0, broker.spoken());

    RawClient first = gateway.browser().connect311("first");
    TestSystem.await("another for the pool", () -> broker.opened() == POOL + 1);
    ProxyExpectingBroker.Client client = broker.next();
    first.close();
    client.awaitEnd();

    try (RawClient second = gateway.browser().connect311("second")) {
      second.expectNothing();
      assertEquals("second", broker.next().clientId());
      TestSystem.await("another again", () -> broker.opened() == POOL + 2);
      assertEquals(2, broker.spoken());
      assertFalse(client.isOpen());
    }
  }
}
