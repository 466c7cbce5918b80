package io.spillway.broker.connection;

import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.u32;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Door;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONNECT and CONNACK, chapters 3.1 and 3.2, the same over TCP and over a link. */
class ConnectTest {
  private static TestBroker broker;

  @BeforeAll
  static void start() {
    broker =
        TestBroker.start(
            "broker.limits { keep-alive-maximum = 100s, session-expiry-maximum = 1h }");
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @ParameterizedTest
  @EnumSource
  void mqtt31AndMqtt311AreAnsweredWithTwoBytes(Door door) {
    try (RawClient old = broker.client(door);
        RawClient client = broker.client(door)) {
      old.send(packet(0x10, "MQIsdp", 3, 0x02, u16(60), "old")).expect("20 02 00 00");
      client.send(connect311("new")).expect("20 02 00 00");

      old.expectNothing();
      client.expectNothing();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownVersionIsRefusedWithCode1(Door door) {
    try (RawClient client = broker.client(door)) {
      client.send(packet(0x10, "MQTT", 9, 0x02, u16(60), "x"));

      client.expect("20 02 00 01").expectClosed(); // [MQTT-3.1.2-2]
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyIdentifierNeedsACleanSession(Door door) {
    try (RawClient clean = broker.client(door);
        RawClient kept = broker.client(door);
        RawClient old = broker.client(door)) {
      clean.send(connect311("", 0x02, 60)).expect("20 02 00 00");
      kept.send(connect311("", 0x00, 60)).expect("20 02 00 02").expectClosed(); // [MQTT-3.1.3-8]
      old.send(packet(0x10, "MQIsdp", 3, 0x02, u16(60), "")).expect("20 02 00 02").expectClosed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void connackNamesTheLimitsAndTheAssignedIdentifier(Door door) {
    try (RawClient client = broker.client(door)) {
      byte[] connack = client.send(connect5("")).read();

      assertEquals(0x20, connack[0]);
      assertEquals(0, connack[3], "reason code");
      assertTrue(contains(connack, new byte[] {0x21, 0, 100}), "receive maximum");
      assertTrue(contains(connack, new byte[] {0x27, 1, 0, 0, 0}), "maximum packet size 16 MiB");
      assertTrue(contains(connack, new byte[] {0x22, 0, 10}), "topic alias maximum");
      assertTrue(contains(connack, utf8("auto-")), "assigned client identifier");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLongerKeepAliveOrSessionThanAllowedIsCutAndSaidSo(Door door) {
    try (RawClient client = broker.client(door)) {
      byte[] properties = properties(0x11, u32(0xFFFFFFFFL));
      byte[] connack = client.send(connect5("long", 0x02, 0, properties)).read();

      assertTrue(contains(connack, new byte[] {0x13, 0, 100}), "server keep alive");
      assertTrue(contains(connack, new byte[] {0x11, 0, 0, 0x0E, 0x10}), "session expiry 1 h");
    }
  }

  @ParameterizedTest
  @EnumSource
  void responseInformationIsGivenToThoseWhoAsk(Door door) {
    try (RawClient asking = broker.client(door);
        RawClient other = broker.client(door)) {
      byte[] told = asking.send(connect5("r1", 0x02, 60, properties(0x19, 1))).read();
      byte[] silent = other.send(connect5("r2")).read();

      assertTrue(contains(told, utf8("response/r1")));
      assertTrue(!contains(silent, utf8("response/")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void enhancedAuthenticationWithoutAMethodOfOursIsRefused(Door door) {
    try (RawClient client = broker.client(door)) {
      client.send(connect5("a", 0x02, 60, properties(0x15, "GS2-KRB5")));

      client.expectRefused5(0x8C); // [MQTT-4.12.0-1]
    }
  }

  @ParameterizedTest
  @EnumSource
  void packetsBehindConnectWaitForItsAnswer(Door door) {
    try (RawClient client = broker.client(door)) {
      byte[] connect = connect311("eager");
      byte[] ping = {(byte) 0xC0, 0};
      byte[] both = Arrays.copyOf(connect, connect.length + 2);
      System.arraycopy(ping, 0, both, connect.length, 2);

      client.send(both).expect("20 02 00 00").expect("d0 00");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPacketMayComeByteByByte(Door door) {
    try (RawClient client = broker.client(door)) {
      for (byte b : connect311("slow")) {
        client.send(new byte[] {b});
      }

      client.expect("20 02 00 00").expectNothing();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondConnectionTakesTheSessionOver(Door door) {
    try (RawClient first = broker.client(door).connect5("twice");
        RawClient second = broker.client(Door.TCP).connect5("twice")) {
      first.expectDisconnect5(0x8E);
      second.expectNothing();
    }
  }

  @ParameterizedTest
  @EnumSource
  void disconnectMayRaiseTheSessionExpiryButNotFromZero(Door door) {
    try (RawClient kept = broker.client(door);
        RawClient clean = broker.client(door)) {
      kept.connect5(connect5("kept", 0x02, 60, properties(0x11, u32(10))));
      kept.send(packet(0xE0, 0, properties(0x11, u32(100)))).expectClosed();
      clean.connect5("clean");
      clean.send(packet(0xE0, 0, properties(0x11, u32(100)))).expectDisconnect5(0x82);
    }
    try (RawClient again = broker.client(door)) {
      byte[] connack = again.send(connect5("kept", 0x00, 60, properties())).read();

      assertArrayEquals(new byte[] {0x20, connack[1], 1, 0}, Arrays.copyOf(connack, 4));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWillIsPublishedWhenTheConnectionBreaksAndNotAfterDisconnect(Door door) {
    try (RawClient watcher = broker.client().connect311("w" + door).subscribe("will/" + door, 0)) {
      Object[] will = {"will/" + door, "gone"};
      RawClient broken = broker.client(door).send(connect311("b", 0x06, 60, will));
      broken.expect("20 02 00 00").close();
      watcher.expectPublish("will/" + door, "gone");

      RawClient polite = broker.client(door).send(connect311("p", 0x06, 60, will));
      polite.expect("20 02 00 00").send("e0 00").expectClosed().close();
      watcher.expectNothing();
    }
  }

  @ParameterizedTest
  @EnumSource
  void topicAliasesAreSetTowardsThoseWhoTakeThem(Door door) {
    try (RawClient taking =
            broker.client(door).connect5(connect5("at", 2, 60, properties(0x22, u16(1))));
        RawClient from = broker.client().connect5("af")) {
      taking.subscribe("a/+", 1);
      for (String topic : new String[] {"a/b", "a/b", "a/c"}) {
        from.send(packet(0x32, topic, u16(1), properties(), utf8("x"))).expect("40 02 00 01");
      }

      taking.expect(packet(0x32, "a/b", u16(1), properties(0x23, u16(1)), utf8("x")));
      taking.expect(packet(0x32, "", u16(2), properties(0x23, u16(1)), utf8("x")));
      taking.expect(packet(0x32, "a/c", u16(3), properties(), utf8("x")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void topicAliasesOfAClientAreResolved(Door door) {
    try (RawClient from = broker.client(door).connect5("rf");
        RawClient to = broker.client().connect5("rt").subscribe("r/+", 0)) {
      from.send(packet(0x30, "r/1", properties(0x23, u16(10)), utf8("set")));
      from.send(packet(0x30, "", properties(0x23, u16(10)), utf8("used")));

      to.expectPublish("r/1", "set").expectPublish("r/1", "used");
    }
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}
