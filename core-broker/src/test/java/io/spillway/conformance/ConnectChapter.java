package io.spillway.conformance;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.pingreq;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.u32;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** CONNECT and CONNACK: 3.1 and 3.2. */
public abstract class ConnectChapter extends Chapter {
  private static final int MALFORMED = 0x81;
  private static final int PROTOCOL_ERROR = 0x82;

  protected ConnectChapter(Supplier<Server> servers) {
    super(servers);
  }

  private byte[] bare(Version version, int flags, Object... payload) {
    return packet(0x10, "MQTT", version.level, flags, u16(60), version.props(), fields(payload));
  }

  @BothVersions
  @Statement(v5 = "3.1.0-1", v311 = "3.1.0-1")
  void nothingComesBeforeConnect(Version version) {
    for (byte[] packet :
        new byte[][] {
          pingreq(), version.publish(0, "a", 0, "x"), version.subscribe(1, "a", 0), packet(0xE0)
        }) {
      open(version).send(packet).expectClosed();
    }
  }

  @BothVersions
  @Statement(
      v5 = {"3.1.0-2", "3.2.0-2"},
      v311 = "3.1.0-2")
  void aSecondConnectEndsTheConnection(Version version) {
    Client client = client(version, "c");

    client.send(connect(version, "c").bytes());

    client.expectEnd(PROTOCOL_ERROR);
  }

  @BothVersions
  @Statement(v5 = "3.1.2-1", v311 = "3.1.2-1")
  void anotherProtocolIsNotServed(Version version) {
    open(version)
        .send(packet(0x10, "MQTX", version.level, 2, u16(60), version.props(), own("c")))
        .expectClosed();
  }

  @BothVersions
  @Statement(v5 = "3.1.2-2", v311 = "3.1.2-2")
  void anotherVersionIsToldSo(Version version) {
    Client client = open(Version.V3_1_1);

    client.send(packet(0x10, "MQTT", version.is5() ? 6 : 3, 2, u16(60), own("c")));

    client.expectRefusal(1);
  }

  @BothVersions
  @Statement(
      v5 = {
        "3.1.2-3",
        "3.1.2-9",
        "3.1.2-11",
        "3.1.2-12",
        "3.1.2-13",
        "3.1.2-16",
        "3.1.2-17",
        "3.1.2-18",
        "3.1.2-19",
        "3.1.3-1",
        "3.1.3-3",
        "3.1.4-1",
        "3.1.4-6",
        "3.2.2-6",
        "3.2.2-7"
      },
      v311 = {
        "3.1.2-3",
        "3.1.2-9",
        "3.1.2-11",
        "3.1.2-13",
        "3.1.2-14",
        "3.1.2-15",
        "3.1.2-18",
        "3.1.2-19",
        "3.1.2-20",
        "3.1.2-21",
        "3.1.2-22",
        "3.1.3-1",
        "3.1.3-3",
        "3.1.4-1",
        "3.2.2-6"
      })
  void aConnectThatContradictsItselfIsRefused(Version version) {
    String id = own("c");
    byte[] will = fields(version.props(), "w", u16(1), utf8("m"));
    refuses(version, "reserved flag", MALFORMED, bare(version, 0x03, id));
    refuses(version, "will QoS without will", MALFORMED, bare(version, 0x0A, id));
    refuses(version, "will retain without will", MALFORMED, bare(version, 0x22, id));
    refuses(version, "will QoS 3", MALFORMED, bare(version, 0x1E, id, will));
    refuses(version, "no will", MALFORMED, bare(version, 0x06, id));
    refuses(version, "will unannounced", MALFORMED, bare(version, 0x02, id, will));
    refuses(version, "no user name", MALFORMED, bare(version, 0x82, id));
    refuses(version, "user name unannounced", MALFORMED, bare(version, 0x02, id, "u"));
    refuses(version, "no password", MALFORMED, bare(version, 0xC2, id, "u"));
    refuses(version, "password unannounced", MALFORMED, bare(version, 0x82, id, "u", "p"));
    refuses(version, "no client id", MALFORMED, bare(version, 0x02));
    if (!version.is5()) {
      refuses(version, "password alone", MALFORMED, bare(version, 0x42, id, "p"));
    } else {
      client(connect(version, "alone").password("p"), version).disconnect();
    }
  }

  @BothVersions
  @Statement(
      v5 = {"3.1.4-5", "3.2.0-1", "3.2.2-1", "3.2.2-8", "4.2-1"},
      v311 = {"3.1.4-4", "3.2.0-1", "7.0.0-2", "7.1.1-1"})
  void theFirstPacketIsAConnackWithCodeZero(Version version) {
    Client client = open(version);

    // The rest may come before the answer.
    client.send(
        fields(connect(version, "c").bytes(), version.subscribe(1, own("t"), 0), pingreq()));

    Packet connack = client.expect(Packet.CONNACK);
    assertEquals(0, connack.reasonCode());
    assertFalse(connack.sessionPresent);
    client.expect(Packet.SUBACK);
    client.expect(Packet.PINGRESP);
  }

  @BothVersions
  @Statement(
      v5 = {"3.1.2-4", "3.1.4-4", "3.2.2-2"},
      v311 = {"3.1.2-6", "3.1.4-3", "3.2.2-1"})
  void aCleanStartLeavesNothingOfTheOldSession(Version version) {
    client(connect(version, "c").resuming(), version).subscribe(own("t"), 1).disconnect();

    Client anew = client(connect(version, "c"), version);

    assertFalse(anew.connack().sessionPresent);
    client(version, "p").publish(own("t"), "x", 1);
    anew.expectNothing();
    anew.disconnect();
    assertFalse(client(connect(version, "c").notClean(), version).connack().sessionPresent);
  }

  @BothVersions
  @Statement(
      v5 = {"3.1.2-5", "3.1.2-6", "3.1.2-23", "3.2.2-3", "3.1.3-2", "4.1.0-1", "4.5.0-1"},
      v311 = {
        "3.1.2-4", "3.1.2-5", "3.2.2-2", "3.2.2-3", "3.1.3-2", "4.1.0-1", "4.1.0-2", "4.5.0-1"
      })
  void aSessionIsThereAgainWithWhatCameMeanwhile(Version version) {
    Client first = client(connect(version, "c").resuming(), version);
    assertFalse(first.connack().sessionPresent);
    first.subscribe(own("t"), 2).disconnect();
    client(version, "p").publish(own("t"), "one", 1).publish(own("t"), "two", 2);

    Client again = client(connect(version, "c").resuming(), version);

    assertTrue(again.connack().sessionPresent);
    assertEquals(1, again.expectMessage(own("t"), "one").qos());
    assertEquals(2, again.expectMessage(own("t"), "two").qos());
    again.expectNothing();
  }

  @BothVersions
  @Statement(v5 = "3.1.3-5", v311 = "3.1.3-5")
  void clientIdentifiersOfAnySizeAreTaken(Version version) {
    for (String id :
        new String[] {own("a"), version.level + "0123456789abcdefghijAB", own("ü".repeat(200))}) {
      client(new Connect(version, id), version).expectNothing().disconnect();
    }
  }

  @Test
  @Statement(v5 = {"3.1.3-6", "3.1.3-7", "3.2.2-16"})
  void aClientWithoutIdentifierIsToldTheOneItGets() {
    Client first = client(new Connect(Version.V5, "").expiry(300), Version.V5);
    Client second = client(new Connect(Version.V5, ""), Version.V5);
    String id = (String) first.connack().property(0x12);

    assertNotNull(id);
    assertNotEquals(id, second.connack().property(0x12));
    first.disconnect();
    Client back = client(new Connect(Version.V5, id).resuming(), Version.V5);
    assertTrue(back.connack().sessionPresent);
    assertNull(back.connack().property(0x12));
  }

  @Test
  @Statement(v311 = {"3.1.3-6", "3.1.3-8", "3.1.3-9", "3.2.2-4", "3.2.2-5"})
  void anEmptyIdentifierIsForCleanSessions() {
    Version v = Version.V3_1_1;
    client(new Connect(v, ""), v).expectNothing();

    open(v).send(new Connect(v, "").notClean().bytes()).expectRefusal(2);
  }

  @Test
  @Statement(v5 = {"3.1.3-8", "3.1.4-2", "4.13.2-1"})
  void aRefusalIsTheLastWord() {
    Client client = open(Version.V5);
    Connect unknownMethod = connect(Version.V5, "c").property(0x15, "no such method");

    client.send(fields(unknownMethod.bytes(), Version.V5.publish(1, own("t"), 0, "x")));

    Packet refusal = client.expectRefusal(0x8C);
    assertFalse(refusal.sessionPresent);
    // [MQTT-3.1.4-6]: nothing behind it was processed.
    client(Version.V5, "s").subscribe(own("t"), 0).expectNothing();
  }

  @BothVersions
  @Statement(
      v5 = {"3.1.4-3", "4.1.0-1"},
      v311 = "3.1.4-2")
  void aSecondConnectionTakesTheSessionOver(Version version) {
    Client old = client(connect(version, "c").resuming(), version).subscribe(own("t"), 1);

    Client young = client(connect(version, "c").resuming(), version);

    old.expectEnd(0x8E);
    assertTrue(young.connack().sessionPresent);
    client(version, "p").publish(own("t"), "x", 1);
    young.expectMessage(own("t"), "x");
  }

  @Test
  @Statement(v5 = {"3.2.2-9", "3.2.2-10", "3.2.2-12", "3.2.2-13"})
  void everythingIsSupportedSoNothingIsDenied() {
    Client client = client(connect(Version.V5, "c").will(own("w"), "x", 2, true), Version.V5);

    for (int availability : new int[] {0x24, 0x25, 0x28, 0x29, 0x2A}) {
      assertNull(client.connack().property(availability));
    }
    client.subscribe(own("t"), 2).publish(own("t"), "x", 2, true);
    assertEquals(2, client.expectMessage(own("t"), "x").qos());
  }

  @Test
  @Statement(v5 = {"3.1.2-28"})
  void responseInformationIsForThoseWhoAsk() {
    assertNull(client(Version.V5, "c").connack().property(0x1A));
    assertNull(
        client(connect(Version.V5, "n").property(0x19, 0), Version.V5).connack().property(0x1A));

    Client asking = client(connect(Version.V5, "a").property(0x19, 1), Version.V5);

    assertEquals("response/" + own("a"), asking.connack().property(0x1A));
  }

  @Test
  @Statement(v5 = {"3.1.2-29"})
  void withoutProblemInformationAcknowledgementsHaveNoReasonString() {
    Client client = client(connect(Version.V5, "c").property(0x17, 0), Version.V5);

    client.send(Version.V5.publish(0x02, "$SYS/" + own("x"), 5, "x"));

    Packet puback = client.expect(Packet.PUBACK);
    assertEquals(0x87, puback.reasonCode());
    assertTrue(puback.properties.isEmpty());
  }

  @Test
  void withProblemInformationAcknowledgementsSayWhy() {
    Client client = client(connect(Version.V5, "c").property(0x17, 1), Version.V5);

    client.send(Version.V5.publish(0x02, "$SYS/" + own("x"), 5, "x"));
    assertEquals("not authorized", client.expect(Packet.PUBACK).property(0x1F));
    client.send(Version.V5.publish(0x04, "$SYS/" + own("x"), 6, "x"));
    assertEquals("not authorized", client.expect(Packet.PUBREC).property(0x1F));
    client.ack(Packet.PUBREL, 9);
    assertEquals("packet identifier not found", client.expect(Packet.PUBCOMP).property(0x1F));
    client.ack(Packet.PUBREC, 9);
    assertEquals("packet identifier not found", client.expect(Packet.PUBREL).property(0x1F));
  }

  @Test
  @Statement(
      v5 = {
        "3.2.2-19",
        "3.2.2-20",
        "3.4.2-2",
        "3.4.2-3",
        "3.5.2-2",
        "3.5.2-3",
        "3.6.2-2",
        "3.6.2-3",
        "3.7.2-2",
        "3.7.2-3",
        "3.14.2-3",
        "3.14.2-4"
      })
  void aReasonStringThatWouldBeTooLongIsLeftOut() {
    Version v = Version.V5;
    Connect small = connect(v, "c").property(0x17, 1).property(0x27, u32(16));
    Client refused =
        open(v).send(connect(v, "r").property(0x15, "none").property(0x27, u32(10)).bytes());
    Packet connack = refused.expectRefusal(0x8C);
    assertTrue(connack.bytes.length <= 10, connack::toString);
    Client client = open(v).send(small.bytes());
    // CONNACK is small enough only without what may be left out.
    assertEquals(0, client.expect(Packet.CONNACK).reasonCode());

    client.send(v.publish(0x02, "$SYS/" + own("x"), 5, "x"));
    assertEquals(0x87, sized(client.expect(Packet.PUBACK)).reasonCode());
    client.send(v.publish(0x04, "$SYS/" + own("x"), 6, "x"));
    assertEquals(0x87, sized(client.expect(Packet.PUBREC)).reasonCode());
    client.ack(Packet.PUBREL, 9);
    assertEquals(0x92, sized(client.expect(Packet.PUBCOMP)).reasonCode());
    client.ack(Packet.PUBREC, 9);
    assertEquals(0x92, sized(client.expect(Packet.PUBREL)).reasonCode());
    client.send(packet(0x30, "", properties()));
    assertEquals(PROTOCOL_ERROR, sized(client.expect(Packet.DISCONNECT)).reasonCode());
    client.expectClosed();
  }

  private static Packet sized(Packet packet) {
    assertTrue(packet.bytes.length <= 16, packet::toString);
    assertNull(packet.property(0x1F));
    return packet;
  }

  @Test
  @Statement(v5 = "3.1.2-24")
  void whoeverCanNotTakeAConnackGetsNone() {
    Version v = Version.V5;
    int length = client(v, "c").connack().bytes.length;

    open(v).send(connect(v, "d").property(0x27, u32(length - 1)).bytes()).expectClosed();
    open(v).send(connect(v, "e").property(0x27, u32(length)).bytes()).expect(Packet.CONNACK);
  }

  @Test
  @Statement(v5 = "4.13.1-1")
  void propertiesOfConnectAreCheckedOneByOne() {
    Version v = Version.V5;
    refuses(v, "twice", PROTOCOL_ERROR, with(0x21, u16(5), 0x21, u16(5)));
    refuses(v, "receive maximum 0", PROTOCOL_ERROR, with(0x21, u16(0)));
    refuses(v, "maximum packet size 0", PROTOCOL_ERROR, with(0x27, u32(0)));
    refuses(v, "request response information 2", PROTOCOL_ERROR, with(0x19, 2));
    refuses(v, "request problem information 2", PROTOCOL_ERROR, with(0x17, 2));
    refuses(v, "data without method", PROTOCOL_ERROR, with(0x16, u16(1), 7));
    refuses(v, "topic alias", MALFORMED, with(0x23, u16(1)));
    refuses(v, "unknown", MALFORMED, with(0x00, 1));
  }

  private byte[] with(Object... properties) {
    return packet(0x10, "MQTT", 5, 2, u16(60), properties(properties), own("c"));
  }

  @BothVersions
  @Statement(v5 = "3.1.2-22", v311 = "3.1.2-24")
  void silenceBeyondOneAndAHalfKeepAlivesEndsTheConnection(Version version) {
    Client watcher = client(version, "w").subscribe(own("will"), 0);
    long start = System.nanoTime();
    Client client =
        client(connect(version, "c").keepAlive(1).will(own("will"), "gone", 0, false), version);

    client.expectEnd(0x8D);

    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis >= 1400 && millis < 8000, millis + " ms");
    watcher.expectMessage(own("will"), "gone"); // As if the network had failed.
  }

  @BothVersions
  @Statement(
      v5 = {"3.2.2-22", "3.12.4-1"},
      v311 = "3.12.4-1")
  void aPingIsAnsweredAndCountsAsLife(Version version) {
    Client client = client(connect(version, "c").keepAlive(4), version);
    assertNull(client.connack().property(0x13));

    for (int second = 0; second < 7; second++) { // It would have been closed after six.
      aSecondPasses();
      client.expectNothing();
    }
  }
}
