package io.spillway.conformance;

import static io.spillway.testing.Packets.u32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.system.TestGateway;
import io.spillway.testing.TestBroker;
import io.spillway.testing.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A client connects again, by whichever way, while its old connection is half dead. */
class TakeOverTest {
  private static final Version V = Version.V5;

  /** As many messages may be on their way to a client at once. */
  private static final int INFLIGHT = 20;

  private static final int MESSAGES = 30;

  /** Holds less than one of the large messages. */
  private static final int RECEIVE_BUFFER = 16 * 1024;

  /** Twenty of them fill every buffer there is between core and client. */
  private static final String LARGE = "x".repeat(500_000);

  enum Way {
    TCP,
    FIRST_GATEWAY,
    SECOND_GATEWAY
  }

  private static TestBroker core;
  private static TestGateway firstGateway;
  private static TestGateway secondGateway;

  @BeforeAll
  static void start() {
    core = TestBroker.start();
    firstGateway = TestGateway.before(core.broker().linkPort()).awaitReady();
    secondGateway = TestGateway.before(core.broker().linkPort()).awaitReady();
  }

  @AfterAll
  static void stop() {
    firstGateway.close();
    secondGateway.close();
    core.close();
  }

  private static Wire wire(Way way) {
    Socket socket = new Socket();
    int port =
        switch (way) {
          case TCP -> core.broker().tcpPort();
          case FIRST_GATEWAY -> firstGateway.httpPort();
          case SECOND_GATEWAY -> secondGateway.httpPort();
        };
    try {
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return way == Way.TCP ? Wire.of(socket) : new FramedWire(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Client client(Way way, Connect connect) {
    return new Client(wire(way), V).connect(connect);
  }

  private static Connect session(String id) {
    return new Connect(V, id).notClean().expiry(300).will(id + "/will", "lost", 1, false);
  }

  private static Client publisher(String id) {
    return client(Way.TCP, new Connect(V, id + "-publisher"));
  }

  private static Client watcher(String id) {
    return client(Way.TCP, new Connect(V, id + "-watcher")).subscribe(id + "/will", 1);
  }

  static Stream<Arguments> everyWayToEveryOther() {
    return Stream.of(Way.values())
        .flatMap(from -> Stream.of(Way.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("everyWayToEveryOther")
  void theSessionMovesWholeWithWhatIsOnItsWay(Way from, Way to) {
    String id = "whole-" + from + "-" + to;
    try (Client watcher = watcher(id);
        Client publisher = publisher(id);
        Client old = client(from, session(id)).subscribe(id + "/t", 2)) {
      for (int i = 1; i <= MESSAGES; i++) {
        publisher.publish(id + "/t", String.valueOf(i), 1 + i % 2);
      }
      Map<Integer, Integer> packetIds = new TreeMap<>();
      for (int i = 1; i <= INFLIGHT; i++) {
        packetIds.put(i, old.expect(Packet.PUBLISH).packetId);
      }
      old.ack(Packet.PUBREC, packetIds.get(1)); // QoS 2 half-way,
      assertEquals(packetIds.get(1), old.expect(Packet.PUBREL).packetId);

      Client young = client(to, session(id)); // and then it is never heard of again.

      assertTrue(young.connack().sessionPresent);
      watcher.expectMessage(id + "/will", "lost");
      assertEquals(packetIds.get(1), young.expect(Packet.PUBREL).packetId);
      young.ack(Packet.PUBCOMP, packetIds.get(1));
      for (int i = 2; i <= MESSAGES; i++) {
        Packet publish = young.await(Packet.PUBLISH);
        assertEquals(String.valueOf(i), publish.payload);
        assertEquals(1 + i % 2, publish.qos());
        assertEquals(i <= INFLIGHT, publish.dup(), "DUP of " + i);
        if (i <= INFLIGHT) {
          assertEquals(packetIds.get(i), publish.packetId);
        }
        young.acknowledge(publish);
      }
      young.expectNothing();
      old.expectEnd(0x8E);
      watcher.expectNothing(); // One will for one connection that was lost.
      young.disconnect();
    }
  }

  @Test
  void oneClientByEveryWayInTurnMissesNothing() {
    String id = "turns";
    List<Client> before = new ArrayList<>();
    try (Client publisher = publisher(id)) {
      for (int turn = 0; turn < 6; turn++) {
        Client client = client(Way.values()[turn % 3], session(id));
        if (turn == 0) {
          client.subscribe(id + "/t", 1);
        }
        for (int i = 0; i < turn; i++) { // None of them was ever acknowledged.
          Packet publish = client.expect(Packet.PUBLISH);
          assertEquals(String.valueOf(i), publish.payload);
          assertTrue(publish.dup());
        }
        publisher.publish(id + "/t", String.valueOf(turn), 1);
        assertEquals(String.valueOf(turn), client.expect(Packet.PUBLISH).payload);
        before.add(client);
      }
      Client last = before.remove(before.size() - 1);
      before.forEach(client -> client.expectEnd(0x8E));
      last.expectNothing().disconnect();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionThatTakesNothingMoreHoldsNobodyUp(Way from) throws Exception {
    String id = "stuck-" + from;
    Wire wire = wire(from);
    try (wire;
        Client watcher = watcher(id);
        Client publisher = publisher(id)) {
      new Client(wire, V).connect(session(id)).subscribe(id + "/t", 1);
      for (int i = 1; i <= INFLIGHT; i++) {
        publisher.publish(id + "/t", i + LARGE, 1);
      }

      Client young = client(Way.TCP, session(id));

      assertTrue(young.connack().sessionPresent);
      watcher.expectMessage(id + "/will", "lost");
      for (int i = 1; i <= INFLIGHT; i++) {
        young.expectMessage(id + "/t", i + LARGE);
      }
      young.expectNothing().disconnect();
      while (wire.read(Duration.ofSeconds(10)) >= 0) {
        // What was on its way may still come, and then the end does.
      }
    }
  }

  @Test
  void theWillOfATakenOverClientWaitsForItsDelayAndIsForgottenThen() {
    String id = "delayed";
    Connect patient =
        new Connect(V, id)
            .notClean()
            .expiry(300)
            .will(id + "/will", "late", 1, false, 0x18, u32(1));
    try (Client watcher = watcher(id);
        Client old = client(Way.FIRST_GATEWAY, patient)) {
      Client young = client(Way.SECOND_GATEWAY, session(id));
      old.expectEnd(0x8E);

      // Its own will is older than its delay now, and only that of the young one comes.
      young.close();

      watcher.expectMessage(id + "/will", "lost");
      watcher.expectNothing();
    }
  }
}
