package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several cores behind a gateway are shards; several gateways before a core are one. */
class SeveralCoresTest {
  private static final int CLIENTS = 20;

  @Test
  void aClientFindsItsSessionThroughEveryGateway() {
    try (TestBroker one = core();
        TestBroker two = core();
        TestGateway first = gateway(one, two);
        TestGateway second = gateway(two, one)) {
      awaitLinks(two, 8);
      for (int i = 0; i < CLIENTS; i++) {
        try (RawClient client = first.browser()) {
          client.send(Packets.connect311("sharded-" + i, 0, 60)).expect("20 02 00 00");
        }
      }
      for (int i = 0; i < CLIENTS; i++) {
        try (RawClient client = second.browser()) {
          client.send(Packets.connect311("sharded-" + i, 0, 60)).expect("20 02 01 00");
        }
      }

      int atOne = sessions(one);
      assertTrue(atOne >= 4 && atOne <= CLIENTS - 4, atOne + " at the first");
      assertEquals(CLIENTS, atOne + sessions(two));
    }
  }

  @Test
  void aConnectPacketInPiecesIsWaitedFor() {
    try (TestBroker one = core();
        TestBroker two = core();
        TestGateway gateway = gateway(one, two)) {
      awaitLinks(two, 4);
      for (int i = 0; i < 4; i++) {
        byte[] connect = Packets.connect5("pieces-" + i, 0, 60, expiry());
        for (String code : List.of("00", "01")) {
          try (RawClient client = gateway.browser()) {
            for (byte b : connect) {
              client.send(new byte[] {b});
            }
            byte[] connack = client.read();
            assertEquals(Integer.parseInt(code), connack[2], "session present");
          }
        }
      }
    }
  }

  /** Its identifier comes behind 20 KB of properties, and no more than 16 KiB are waited for. */
  @Test
  void aConnectPacketThatIsTooLongToWaitForIsServedAllTheSame() {
    try (TestBroker one = core();
        TestBroker two = core();
        TestGateway gateway = gateway(one, two);
        RawClient client = gateway.browser()) {
      byte[] properties = Packets.properties(0x26, "name", "x".repeat(20_000));
      byte[] connect = Packets.connect5("long", 0x02, 60, properties);

      client.send(Arrays.copyOf(connect, 18_000));
      client.connect5(Arrays.copyOfRange(connect, 18_000, connect.length)).expectNothing();
    }
  }

  @Test
  void aClientThatNeverSaysWhoItIsIsLeftToACoreWhichHasLimitsOfItsOwn() {
    String impatient = "broker.limits.connect-timeout = 500ms";
    try (TestBroker one = TestBroker.start(impatient);
        TestBroker two = TestBroker.start(impatient);
        TestGateway gateway = gateway("gateway.upstream.connect-timeout = 200ms", one, two);
        WebSocketWire silent = gateway.webSocket()) {
      assertEquals("1008 no CONNECT in time", silent.end());
    }
  }

  @Test
  void clientsOfACoreThatIsGoneAreServedByAnother() {
    TestBroker one = core();
    try (TestBroker two = core();
        TestGateway gateway = gateway(one, two)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(gateway.browser().connect311("moving-" + i));
      }
      one.close();
      TestSystem.await("the lost ones are closed", () -> gateway.gateway().browsers() < CLIENTS);

      for (int i = 0; i < CLIENTS; i++) {
        try (RawClient client = gateway.browser().connect311("moving-" + i)) {
          client.expectNothing();
        }
      }
      clients.forEach(RawClient::close);
    }
  }

  @Test
  void twoGatewaysOnOneCoreBehaveAsOne() {
    try (TestBroker core = core();
        TestGateway first = gateway(core);
        TestGateway second = gateway(core);
        WebSocketWire wire = first.webSocket();
        RawClient here = new RawClient(wire).connect5("twin");
        RawClient other = first.browser().connect311("other")) {
      other.subscribe("both/#", 0);
      try (RawClient there = second.browser().connect5("twin")) {
        here.expectDisconnect5(0x8E);
        assertTrue(wire.end().startsWith("1008 "), wire.end());

        there.publish("both/x", "hello");
        other.expectPublish("both/x", "hello").expectNothing();
      }
    }
  }

  private static byte[] expiry() {
    return Packets.properties(0x11, Packets.u32(1000));
  }

  /** How many of the sessions a core has. */
  private static int sessions(TestBroker core) {
    int count = 0;
    for (int i = 0; i < CLIENTS; i++) {
      try (RawClient client = core.client()) {
        client.send(Packets.connect311("sharded-" + i, 0, 60));
        count += client.read()[2];
      }
    }
    return count;
  }

  /**
   * A gateway is ready when it reaches one core; which one would be chance. The core that was
   * started last reads the log of all.
   */
  private static void awaitLinks(TestBroker last, int count) {
    TestSystem.await(
        count + " links",
        () -> last.log().stream().filter(line -> line.contains("is linked from")).count() >= count);
  }

  private static TestBroker core() {
    return TestBroker.start();
  }

  private static TestGateway gateway(TestBroker... cores) {
    return gateway("", cores);
  }

  private static TestGateway gateway(String settings, TestBroker... cores) {
    StringBuilder addresses = new StringBuilder();
    for (TestBroker core : cores) {
      addresses.append("\"127.0.0.1:").append(core.broker().linkPort()).append("\" ");
    }
    return TestGateway.start(
            "gateway.upstream.addresses = [" + addresses.toString().trim().replace(" ", ", ") + "]",
            "gateway.upstream { reconnect-max = 200ms, reconnect-spread = 200ms }",
            settings)
        .awaitReady();
  }
}
