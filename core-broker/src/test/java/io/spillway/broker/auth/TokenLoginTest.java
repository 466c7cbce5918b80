package io.spillway.broker.auth;

import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.publish5;
import static io.spillway.testing.Packets.subscribe5;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Door;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import io.spillway.testing.Tokens;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens as passwords and in enhanced authentication, over a socket and over a link. */
class TokenLoginTest {
  private static final String JWT =
      "broker.auth.jwt { clock-skew = 0s, secret = \"" + Tokens.SECRET + "\" }";

  @ParameterizedTest
  @EnumSource
  void aTokenIsAPasswordAndSaysWhoseItIs(Door door) {
    String token = Tokens.token("ann", 60, "");
    String old = Tokens.token("ann", -60, "");
    try (TestBroker broker = TestBroker.start(JWT);
        RawClient client = broker.client(door);
        RawClient expired = broker.client(door);
        RawClient nobody = broker.client(door)) {
      client.send(connect311("c", 0xC2, 60, "whatever", u16(token.length()), utf8(token)));
      client.expect("20 02 00 00").expectNothing();
      expired.send(connect311("d", 0xC2, 60, "ann", u16(old.length()), utf8(old)));
      expired.expect("20 02 00 04").expectClosed();
      nobody.send(connect311("nobody")).expect("20 02 00 05").expectClosed();

      broker.awaitLog("(p2, c1, k60, u'ann').");
      String refusal = broker.awaitLog("is refused: the token has expired at");
      assertTrue(refusal.contains("(broker.auth.jwt)"), refusal);
      assertFalse(broker.log().stream().anyMatch(line -> line.contains(old.substring(0, 40))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theConnectionEndsWithTheToken(Door door) {
    try (TestBroker broker = TestBroker.start(JWT);
        RawClient client = connectedWithAShortToken(broker, door)) {
      client.expectDisconnect5(0xA0);
      broker.awaitLog("the token or other proof of identity has expired");
    }
  }

  /** On a busy machine a token may be over before its client is in; then the next one is tried. */
  private static RawClient connectedWithAShortToken(TestBroker broker, Door door) {
    for (int tries = 0; tries < 10; tries++) {
      RawClient client = broker.client(door);
      String token = Tokens.token("ann", 3, "");
      client.send(connect5("c", 0xC2, 60, properties(), "ann", u16(token.length()), utf8(token)));
      byte[] connack = client.read();
      if (connack[3] == 0) {
        return client;
      }
      client.close();
    }
    throw new AssertionError("no client was let in");
  }

  @ParameterizedTest
  @EnumSource
  void aTokensRightsReplaceTheFiles(Door door) {
    String token =
        Tokens.token("ann", 60, ",\"acl\":{\"pub\":[\"up/%u/%c\"],\"sub\":[\"down/#\"]}");
    try (TestBroker broker = TestBroker.start(JWT);
        RawClient client = broker.client(door)) {
      client.connect5(connect5("c", 0xC2, 60, properties(), "", u16(token.length()), utf8(token)));

      client.send(subscribe5(1, "down/x", 0)).expect("90 04 00 01 00 00");
      client.send(subscribe5(2, "up/#", 0)).expect("90 04 00 02 00 87");
      client.send(packet(0x32, "up/ann/c", u16(7), properties(), utf8("x")));
      client.expect("40 03 00 07 10");
      client.send(packet(0x32, "up/bob/c", u16(8), properties(), utf8("x")));
      client.expect("40 03 00 08 87");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTokenIsRenewedWithoutANewConnection(Door door) {
    String first = Tokens.token("ann", 30, ",\"acl\":{\"sub\":[\"a\"]}");
    String second = Tokens.token("ann", 60, ",\"acl\":{\"all\":[\"#\"]}");
    String others = Tokens.token("bob", 60, "");
    try (TestBroker broker = TestBroker.start(JWT);
        RawClient client = broker.client(door)) {
      client.connect5(connect5("c", 0x02, 60, method(first)));
      client.send(subscribe5(1, "b", 0)).expect("90 04 00 01 00 87");

      client.send(packet(0xF0, 0x19, method(second)));
      client.expect(packet(0xF0, 0x00, properties(0x15, "JWT")));
      client.send(subscribe5(2, "b", 0)).expect("90 04 00 02 00 00");
      client.send(publish5("b", "x")).expectPublish("b", "x");

      client.send(packet(0xF0, 0x19, method(others))).expectDisconnect5(0x87);
    }
  }

  private static byte[] method(String token) {
    return properties(0x15, "JWT", 0x16, token);
  }
}
