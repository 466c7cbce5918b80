package io.spillway.broker.connection;

import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.hex;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;

import io.spillway.testing.Door;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a broken or hostile client sends: it is closed with a reason on the wire and in the log, and
 * a healthy client beside it notices nothing.
 */
class BadInputTest {
  private static TestBroker broker;
  private static RawClient healthy;

  @BeforeAll
  static void start() {
    broker =
        TestBroker.start(
            "broker.limits { max-packet-size = 64KiB, pre-connect-bytes = 1KiB }",
            "broker.limits.connect-timeout = 500ms");
    healthy = broker.client().connect311("healthy").subscribe("healthy", 0);
  }

  @AfterAll
  static void stop() {
    healthy.close();
    broker.close();
  }

  @AfterEach
  void nobodyElseNotices() {
    healthy.publish("healthy", "yes").expectPublish("healthy", "yes");
  }

  /**
   * What it is, the bytes of a connected client, the reason code it is told in MQTT 5, a part of
   * the log line.
   */
  record Case(String name, byte[] bytes, int reasonCode, String logged) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("second CONNECT", connect5("again"), 0x82, "second CONNECT packet"),
          new Case("type 0", hex("00 00"), 0x81, "malformed packet"),
          new Case("reserved flags", hex("c1 00"), 0x81, "malformed packet"),
          new Case("length of five bytes", hex("30 ff ff ff ff 7f"), 0x81, "malformed packet"),
          new Case("length with a byte too many", hex("c0 80 00"), 0x81, "malformed packet"),
          new Case("packet too large", hex("30 80 80 40"), 0x95, "(broker.limits.max-packet-size)"),
          new Case("QoS 3", packet(0x36, "a", u16(1), properties()), 0x81, "malformed packet"),
          new Case("packet of a server", hex("d0 00"), 0x82, "protocol error"),
          new Case("bytes behind PINGREQ's end", hex("c0 01 00"), 0x81, "malformed packet"),
          new Case(
              "AUTH without a method", hex("f0 02 18 00"), 0x82, "authentication method: none"),
          new Case(
              "topic alias above the maximum",
              packet(0x30, "a", properties(0x23, u16(11)), utf8("x")),
              0x94,
              "(broker.limits.topic-alias-maximum)"),
          new Case("SUBSCRIBE without a filter", packet(0x82, u16(1), properties()), 0x82, ""));

  static Stream<Arguments> casesAtDoors() {
    return Stream.of(Door.values()).flatMap(d -> CASES.stream().map(c -> Arguments.of(d, c)));
  }

  @ParameterizedTest
  @MethodSource("casesAtDoors")
  void aConnectedClientIsToldWhy(Door door, Case bad) {
    String id = "bad-" + door + "-" + bad.name.replace(' ', '-');
    try (RawClient client = broker.client(door).connect5(id)) {
      client.send(bad.bytes).expectDisconnect5(bad.reasonCode);

      broker.awaitLog(
          line -> line.contains("Client " + id + " from 127.0.0.1:") && line.contains(bad.logged));
    }
  }

  /** There is no DISCONNECT from a server in 3.x. */
  @ParameterizedTest
  @EnumSource
  void aClientOf311IsClosed(Door door) {
    try (RawClient client = broker.client(door).connect311("bad311")) {
      client.send("00 00").expectClosed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingMayComeBeforeConnect(Door door) {
    try (RawClient ping = broker.client(door);
        RawClient browser = broker.client(door)) {
      ping.send("c0 00").expectClosed();
      browser.send(utf8("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).expectClosed();

      broker.awaitLog("PINGREQ packet (expected: CONNECT first)");
      broker.awaitLog("an HTTP request at a port that speaks MQTT over TCP");
    }
  }

  @Test
  void tlsAtAPortWithoutItIsRecognised() {
    try (RawClient client = broker.client()) {
      client.send("16 03 01 02 00 01 00 01 fc 03 03").expectClosed();

      broker.awaitLog("a TLS handshake at a port without TLS (broker.listeners.tcp)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMalformedConnectIsAnsweredInMqtt5Only(Door door) {
    try (RawClient client = broker.client(door);
        RawClient old = broker.client(door)) {
      client.send(connect5("reserved", 0x03, 60, properties())).expectRefused5(0x81);
      old.send(connect311("reserved", 0x03, 60)).expectClosed(); // [MQTT-3.1.2-3]
    }
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownClientMayNotSendMuch(Door door) {
    try (RawClient client = broker.client(door)) {
      client.send(connect311("x".repeat(2000))).expectClosed();

      broker.awaitLog("(broker.limits.pre-connect-bytes)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void silenceBeforeConnectEndsTheConnection(Door door) {
    try (RawClient client = broker.client(door)) {
      client.expectClosed();

      broker.awaitLog("no CONNECT within 500 ms (broker.limits.connect-timeout)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConnectThatNeverEndsBuysNoTime(Door door) {
    try (RawClient client = broker.client(door)) {
      client.send("10 20 00 04").expectClosed();
    }
  }
}
