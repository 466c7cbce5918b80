package io.spillway.conformance;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.hex;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.u32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Sizes, quotas, aliases and lifetimes that clients and servers set each other: 3.1.2.11, 4.9. */
public abstract class FlowChapter extends Chapter {
  protected FlowChapter(Supplier<Server> servers) {
    super(servers);
  }

  @Test
  @Statement(v5 = {"3.3.4-9", "3.3.4-10", "4.9.0-1", "4.9.0-2", "4.9.0-3"})
  void aClientHasNoMoreThanItsReceiveMaximumUnderWay() {
    Version v = Version.V5;
    Client client = client(connect(v, "c").property(0x21, u16(2)), v).subscribe(own("t"), 2);
    Client publisher = client(v, "p");
    for (int i = 1; i <= 5; i++) {
      publisher.publish(own("t"), "m" + i, 1 + i % 2);
    }
    publisher.publish(own("t"), "q0", 0);
    Packet one = client.await(Packet.PUBLISH);
    Packet two = client.await(Packet.PUBLISH);
    assertEquals("m1m2", one.payload + two.payload);
    // QoS 0 and everything that is no PUBLISH goes on.
    assertEquals("q0", client.await(Packet.PUBLISH).payload);
    client.subscribe(own("other"), 0).publish(own("nobody"), "x", 1).expectNothing();

    client.ack(Packet.PUBREC, one.packetId); // A PUBREC alone gives nothing back,
    assertEquals(one.packetId, client.expect(Packet.PUBREL).packetId);
    client.expectNothing();
    client.ack(Packet.PUBACK, two.packetId); // a PUBACK does,
    assertEquals("m3", client.expect(Packet.PUBLISH).payload);
    client.expectNothing();
    client.ack(Packet.PUBCOMP, one.packetId); // and so does a PUBCOMP.
    Packet four = client.expect(Packet.PUBLISH);
    assertEquals("m4", four.payload);
    client.expectNothing();
    client.ack(Packet.PUBACK, four.packetId);
    Packet five = client.expect(Packet.PUBLISH);
    client.ack(Packet.PUBREC, five.packetId, 0x80); // So does an error.
    client.expectNothing();
  }

  @Limit("receive-maximum")
  @Test
  @Statement(v5 = "3.3.4-7")
  void aClientThatExceedsTheServersReceiveMaximumIsToldSo() {
    Client client = client(Version.V5, "c");
    assertEquals(3L, client.connack().property(0x21));
    for (int i = 1; i <= 3; i++) {
      client.send(Version.V5.publish(0x04, own("t"), i, "x"));
      client.expect(Packet.PUBREC);
    }

    client.send(Version.V5.publish(0x04, own("t"), 4, "x"));

    client.expectEnd(0x93);
  }

  @Test
  @Statement(v5 = {"3.3.4-9", "3.1.2-24", "4.4.0-1", "4.6.0-1"})
  void whatIsSentAgainKeepsToTheLimitsOfTheNewConnection() {
    Version v = Version.V5;
    Client first = client(connect(v, "c").resuming(), v).subscribe(own("t"), 2);
    Client publisher = client(v, "p");
    publisher.publish(own("t"), "m1", 1).publish(own("t"), "x".repeat(200), 1);
    publisher.publish(own("t"), "m2", 2).publish(own("t"), "m3", 1);
    for (int i = 0; i < 4; i++) {
      first.expect(Packet.PUBLISH);
    }
    first.close();

    Connect narrow = connect(v, "c").resuming().property(0x21, u16(1)).property(0x27, u32(100));
    Client again = client(narrow, v);
    publisher.publish(own("t"), "new", 1);

    for (String payload : List.of("m1", "m2", "m3", "new")) {
      Packet publish = again.expect(Packet.PUBLISH);
      again.expectNothing(); // One at a time.
      assertEquals(payload, publish.payload);
      assertEquals(!payload.equals("new"), publish.dup());
      again.acknowledge(publish);
    }
    again.expectNothing();
  }

  @Test
  @Statement(v5 = {"3.1.2-24", "3.1.2-25"})
  void aMessageTooLargeForItsClientIsPassedOver() {
    Version v = Version.V5;
    Client client = client(connect(v, "c").property(0x27, u32(100)), v).subscribe(own("t"), 1);
    Client publisher = client(v, "p");

    publisher.publish(own("t"), "x".repeat(100), 0).publish(own("t"), "x".repeat(100), 1);
    publisher.publish(own("t"), "fits", 1).publish(own("t"), "x".repeat(100), 1, true);

    Packet fits = client.expectMessage(own("t"), "fits");
    assertEquals(1, fits.packetId);
    client.expectNothing();
    client.subscribe(own("t"), 1).expectNothing(); // Also not as a retained message.
    publisher.publish(own("t"), "", 0, true);
  }

  @Limit("max-packet-size")
  @BothVersions
  @Statement(v311 = "4.8.0-2")
  void aPacketBeyondTheServersMaximumEndsTheConnection(Version version) {
    Client client = client(version, "c");
    if (version.is5()) {
      assertEquals(65_536L, client.connack().property(0x27));
    }

    client.send(hex("30 81 80 04"));

    client.expectEnd(0x95);
  }

  @Limit("pre-connect-bytes")
  @BothVersions
  void aConnectBeyondItsLimitIsNotReadToItsEnd(Version version) {
    open(version).send(hex("10 81 80 01 00 04")).expectClosed();

    Client client = open(version).send(connect(version, "c".repeat(5_000)).bytes());
    if (version.is5()) { // Enough has come to know how to answer.
      client.expectRefusal(0x95);
    } else {
      client.expectClosed();
    }
  }

  @Test
  @Statement(v5 = {"3.1.2-26", "3.1.2-27", "3.3.2-11", "3.3.2-8"})
  void aliasesAreUsedTowardsThoseWhoTakeThem() {
    Version v = Version.V5;
    Client client = client(connect(v, "c").property(0x22, u16(1)), v);
    client.subscribe(own("t") + "/#", 2);
    Client without = client(v, "without").subscribe(own("t") + "/#", 2);
    Client publisher = client(v, "p");
    // QoS 0 over a gateway has none, as an edge may drop it or send it to many at once.
    for (int i = 1; i <= 2; i++) {
      publisher.publish(own("t") + "/a", "a" + i, 1);
    }
    publisher.publish(own("t") + "/a", "a3", 2);
    publisher.publish(own("t") + "/b", "b", 1);

    for (int i = 1; i <= 2; i++) {
      Packet publish = client.expect(Packet.PUBLISH);
      assertEquals("a" + i, publish.payload);
      assertEquals(i == 1 ? own("t") + "/a" : "", publish.topic);
      assertEquals(1L, publish.property(0x23));
      client.acknowledge(publish);
      assertNull(without.expectMessage(own("t") + "/a", "a" + i).property(0x23));
    }
    // Some clients forget what the alias stood for until PUBREL comes.
    assertNull(client.expectMessage(own("t") + "/a", "a3").property(0x23));
    without.expectMessage(own("t") + "/a", "a3");
    assertNull(client.expectMessage(own("t") + "/b", "b").property(0x23)); // One is all it takes.
    without.expectMessage(own("t") + "/b", "b");
  }

  @Test
  @Statement(v5 = {"3.3.2-7", "3.3.2-12"})
  void aliasesAreTakenAndEndWithTheConnection() {
    Version v = Version.V5;
    Client client = client(v, "c").subscribe(own("t") + "/#", 0);
    assertEquals(2L, client.connack().property(0x22));
    for (int alias = 1; alias <= 2; alias++) {
      client.send(v.publish(0, own("t") + "/" + alias, 0, alias(alias), "set"));
      client.expectMessage(own("t") + "/" + alias, "set");
    }
    client.send(v.publish(0, "", 0, alias(2), "used"));
    client.expectMessage(own("t") + "/2", "used");
    client.send(v.publish(0, own("t") + "/new", 0, alias(2), "set anew"));
    client.expectMessage(own("t") + "/new", "set anew");
    client.send(v.publish(0, "", 0, alias(2), "used"));
    assertNull(client.expectMessage(own("t") + "/new", "used").property(0x23));
    client.disconnect();

    Client again = client(v, "c");
    again.send(v.publish(0, "", 0, alias(1), "unknown")).expectEnd(0x82);
  }

  private static byte[] alias(int alias) {
    return properties(0x23, u16(alias));
  }

  @Limit("topic-alias-maximum")
  @Test
  @Statement(v5 = {"3.3.2-8", "3.3.2-9", "4.13.1-1"})
  void anAliasOutsideItsRangeEndsTheConnection() {
    ends(Version.V5, "0", 0x94, Version.V5.publish(0, "a", 0, alias(0), "x"));
    ends(Version.V5, "3", 0x94, Version.V5.publish(0, "a", 0, alias(3), "x"));
  }

  @Limit("keep-alive-maximum")
  @Test
  @Statement(v5 = "3.2.2-22")
  void aLongerKeepAliveThanAllowedIsCutShort() {
    Version v = Version.V5;
    assertEquals(60L, client(connect(v, "a").keepAlive(61), v).connack().property(0x13));
    assertEquals(60L, client(connect(v, "b").keepAlive(0), v).connack().property(0x13));
    assertNull(client(connect(v, "c").keepAlive(60), v).connack().property(0x13));
    // A client of 3.1.1 can't be told, and is taken at its word.
    client(connect(Version.V3_1_1, "d").keepAlive(600), Version.V3_1_1).expectNothing();
  }

  @Limit("session-expiry-maximum")
  @Test
  @Statement(v5 = {"3.1.2-23", "4.1.0-2"})
  void aSessionLastsAsLongAsItsExpiryInterval() {
    Version v = Version.V5;
    client(connect(v, "none"), v).close();
    client(connect(v, "short").expiry(1), v).close();
    client(connect(v, "cut").expiry(300), v).send(packet(0xE0, 0, 5, 0x11, u32(1))).expectClosed();
    client(connect(v, "raised").expiry(1), v)
        .send(packet(0xE0, 0, 5, 0x11, u32(300)))
        .expectClosed();
    client(connect(v, "long").expiry(300), v).close();
    aSecondPasses();

    assertFalse(client(connect(v, "none").notClean(), v).connack().sessionPresent);
    assertFalse(client(connect(v, "short").notClean(), v).connack().sessionPresent);
    assertFalse(client(connect(v, "cut").notClean(), v).connack().sessionPresent);
    assertTrue(client(connect(v, "raised").notClean(), v).connack().sessionPresent);
    assertTrue(client(connect(v, "long").notClean(), v).connack().sessionPresent);
    Client greedy = client(connect(v, "greedy").expiry(0xFFFF_FFFFL), v);
    assertEquals(3600L, greedy.connack().property(0x11));
    assertNull(client(connect(v, "modest").expiry(3600), v).connack().property(0x11));
  }

  @BothVersions
  @Statement(
      v5 = {"3.9.3-2", "3.8.4-7"},
      v311 = {"3.9.3-2", "3.8.4-5"})
  void aRefusedFilterIsSaidToBeOne(Version version) {
    Client client = client(version, "c");

    client.send(version.subscribe(1, "private/a", 1, own("t"), 1, "private/#", 2));

    assertEquals(
        version.is5() ? List.of(0x87, 1, 0x87) : List.of(0x80, 1, 0x80),
        client.expect(Packet.SUBACK).reasonCodes);
    client.send(version.subscribe(2, own("u"), 0, own("v"), 0, own("w"), 0));
    Packet many = client.expect(Packet.SUBACK);
    assertEquals(version.is5() ? 0x97 : 0x80, many.reasonCodes.get(2));
  }

  @Test
  @Statement(v5 = {"3.9.2-1", "3.9.2-2", "3.11.2-1", "3.11.2-2", "3.1.2-29"})
  void aSubackSaysWhyIfThereIsRoom() {
    Version v = Version.V5;
    Client client = client(connect(v, "c").property(0x17, 1), v);
    client.send(v.subscribe(1, own("t"), 0, "private/a", 1));
    assertEquals("filter 2: not authorized", client.expect(Packet.SUBACK).property(0x1F));
    client.send(v.unsubscribe(2, "nothing"));
    assertTrue(client.expect(Packet.UNSUBACK).properties.isEmpty());

    Client small = open(v).send(connect(v, "s").property(0x17, 1).property(0x27, u32(20)).bytes());
    small.expect(Packet.CONNACK);
    small.send(v.subscribe(1, "private/a", 1));
    Packet suback = small.expect(Packet.SUBACK);
    assertTrue(suback.properties.isEmpty() && suback.bytes.length <= 20);
    small.send(v.unsubscribe(2, "nothing"));
    assertTrue(small.expect(Packet.UNSUBACK).bytes.length <= 20);
  }

  @BothVersions
  void aWillThatMayNotBePublishedRefusesItsClient(Version version) {
    Client client = open(version);

    client.send(connect(version, "c").will("private/w", "x", 0, false).bytes());

    client.expectRefusal(version.is5() ? 0x87 : 5);
  }

  @BothVersions
  @Statement(v311 = "3.1.4-5", v5 = "3.1.4-6")
  void nothingBehindARefusedConnectIsProcessed(Version version) {
    Client watcher = client(version, "w").subscribe(own("t"), 0);

    open(version)
        .send(
            fields(
                connect(version, "c").will("private/w", "x", 0, false).bytes(),
                version.publish(0, own("t"), 0, "x")))
        .expectRefusal(version.is5() ? 0x87 : 5);

    watcher.expectNothing();
  }
}
