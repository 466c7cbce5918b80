package io.spillway.broker.connection;

import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.publish5;
import static io.spillway.testing.Packets.subscribe5;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Door;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one client or one address may take, the same over a socket and over a link. */
class LimitsTest {
  private static final String LOOPBACK = "broker.limits.per-address.loopback = true";

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void anAddressHasOnlySoManyConnections(Door door) {
    try (TestBroker broker =
            TestBroker.start(LOOPBACK, "broker.limits.per-address.max-connections = 2");
        RawClient first = broker.client(door).connect311("first");
        RawClient second = broker.client(door).connect311("second");
        RawClient third = broker.client(door)) {
      third.trySend(connect311("third")).expectClosed();
      broker.awaitLog(
          "refused: over 2 connections from this address"
              + " (broker.limits.per-address.max-connections).");
      second.expectNothing();

      first.send("e0 00").expectClosed();
      broker.awaitLog("Client first disconnected.");
      connectsSoon(broker, door, "fourth");
    }
  }

  /** The end of a connection is noticed a moment after its client's. */
  private static void connectsSoon(TestBroker broker, Door door, String clientId) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < deadline) {
      try (RawClient client = broker.client(door)) {
        if (client.trySend(connect311(clientId)).read().length > 0) {
          return;
        }
      }
    }
    throw new AssertionError("no room in time for " + clientId);
  }

  @ParameterizedTest
  @EnumSource
  void anAddressMayConnectOnlySoOften(Door door) {
    try (TestBroker broker =
        TestBroker.start(LOOPBACK, "broker.limits.per-address.connect-rate = 1")) {
      for (int i = 0; i < 10; i++) {
        broker.client(door).connect311("c" + i).close();
      }
      boolean refused = false;
      for (int i = 0; i < 5 && !refused; i++) {
        try (RawClient client = broker.client(door)) {
          refused = client.trySend(connect311("more")).read().length == 0;
        }
      }
      assertTrue(refused, "more than ten connections within ten seconds");
      broker.awaitLog("(broker.limits.per-address.connect-rate).");
    }
  }

  @ParameterizedTest
  @EnumSource
  void allClientsTogetherHaveOnlySoManyConnections(Door door) {
    try (TestBroker broker = TestBroker.start("broker.limits.max-connections = 1");
        RawClient first = broker.client(door).connect311("first");
        RawClient second = broker.client(door)) {
      second.trySend(connect311("second")).expectClosed();
      broker.awaitLog("refused: over 1 connections (broker.limits.max-connections).");
      first.expectNothing();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoeverGuessesPasswordsHasToWait(Door door) throws Exception {
    // The hash of no password.
    Path file = Files.writeString(directory.resolve("p"), "ann:$6$AAAA$" + "A".repeat(86) + "==\n");
    try (TestBroker broker =
            TestBroker.start(
                LOOPBACK,
                "broker.auth.password-file = \"" + file + "\"",
                "broker.limits.per-address { failed-logins = 2, failed-login-delay = 100ms }");
        RawClient first = broker.client(door);
        RawClient second = broker.client(door);
        RawClient third = broker.client(door);
        RawClient old = broker.client(door)) {
      Object[] user = {"ann", u16(5), utf8("wrong")};
      long start = System.nanoTime();

      first.send(connect5("1", 0xC2, 60, properties(), user)).expectRefused5(0x86);
      second.send(connect5("2", 0xC2, 60, properties(), user)).expectRefused5(0x86);

      assertTrue(System.nanoTime() - start > 290_000_000, "100 ms and 200 ms");
      third.send(connect5("3", 0xC2, 60, properties(), user)).expectRefused5(0x9F);
      old.send(connect311("4", 0xC2, 60, user)).expect("20 02 00 03").expectClosed();
      broker.awaitLog(
          "2 log-ins from this address have failed (broker.limits.per-address.failed-logins)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatPublishesTooFastIsSlowedDown(Door door) {
    try (TestBroker broker = TestBroker.start("broker.limits.publish-rate = 100");
        RawClient reader = broker.client().connect5("reader").subscribe("t", 0);
        RawClient writer = broker.client(door).connect5("writer")) {
      long start = System.nanoTime();
      for (int i = 0; i < 160; i++) {
        writer.publish("t", "m" + i);
      }
      for (int i = 0; i < 160; i++) {
        reader.expectPublish("t", "m" + i);
      }

      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis >= 500, millis + " ms for 160 messages at 100 per second and a burst");
      writer.expectNothing();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatPublishesTooManyBytesIsSlowedDown(Door door) {
    try (TestBroker broker = TestBroker.start("broker.limits.publish-bytes-rate = 100KiB");
        RawClient reader = broker.client().connect5("reader").subscribe("t", 0);
        RawClient writer = broker.client(door).connect5("writer")) {
      long start = System.nanoTime();
      for (int i = 0; i < 17; i++) {
        writer.publish("t", "x".repeat(10_240));
      }
      for (int i = 0; i < 17; i++) {
        reader.expectPublish("t", "x".repeat(10_240));
      }

      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis >= 500, millis + " ms for 170 KiB at 100 KiB per second and a burst");
    }
  }

  @ParameterizedTest
  @EnumSource
  void topicsHaveOnlySoManyLevels(Door door) {
    String deep = "/".repeat(200);
    try (TestBroker broker = TestBroker.start();
        RawClient fine = broker.client(door).connect5("fine");
        RawClient writer = broker.client(door).connect5("writer");
        RawClient reader = broker.client(door).connect5("reader");
        RawClient will = broker.client(door)) {
      fine.subscribe("/".repeat(199), 0).publish("/".repeat(199), "x");
      fine.expectPublish("/".repeat(199), "x");

      writer.send(publish5(deep, "x")).expectDisconnect5(0x90);
      reader.send(subscribe5(1, deep, 0)).expectDisconnect5(0x8F);
      will.send(connect5("will", 0x06, 60, properties(), properties(), deep, u16(0)))
          .expectRefused5(0x90);
      broker.awaitLog(
          "topic of 201 levels (expected: at most 200, broker.limits.max-topic-levels)");
      fine.expectNothing();
    }
  }

  @ParameterizedTest
  @EnumSource
  void topicsHaveOnlySoManyCharacters(Door door) {
    try (TestBroker broker = TestBroker.start("broker.limits.max-topic-length = 20");
        RawClient writer = broker.client(door).connect5("writer")) {
      writer.send(publish5("t".repeat(21), "x")).expectDisconnect5(0x90);
      broker.awaitLog("(expected: at most 20, broker.limits.max-topic-length)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientHasOnlySoManySubscriptions(Door door) {
    try (TestBroker broker = TestBroker.start("broker.limits.max-subscriptions = 2");
        RawClient client = broker.client(door).connect5("client")) {
      client.send(packet(0x82, u16(1), properties(), "a", 0, "b", 0, "c", 0, "a", 0));

      client.expect(packet(0x90, u16(1), properties(), 0, 0, 0x97, 0));
    }
  }
}
