package io.spillway.conformance;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.hex;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Chapters 1 and 2, and what is malformed anywhere. */
public abstract class PacketsChapter extends Chapter {
  private static final int MALFORMED = 0x81;
  private static final int PROTOCOL_ERROR = 0x82;

  protected PacketsChapter(Supplier<Server> servers) {
    super(servers);
  }

  private static byte[] string(String hex) {
    byte[] bytes = hex(hex);
    return fields(u16(bytes.length), bytes);
  }

  @BothVersions
  @Statement(
      v5 = {
        "1.5.4-1",
        "1.5.4-2",
        "3.1.3-4",
        "3.1.3-11",
        "3.1.3-12",
        "3.3.2-1",
        "3.8.3-1",
        "3.10.3-1",
        "4.7.3-2",
        "4.13.1-1"
      },
      v311 = {
        "1.5.3-1",
        "1.5.3-2",
        "3.1.3-4",
        "3.1.3-10",
        "3.1.3-11",
        "3.3.2-1",
        "3.8.3-1",
        "3.10.3-1",
        "4.7.3-2",
        "4.8.0-1"
      })
  void textThatIsNotUtf8OrHoldsAZeroEndsTheConnection(Version version) {
    // Cut short, overlong, a surrogate, beyond U+10FFFF, and U+0000.
    for (String bad : List.of("61c3", "c0af", "eda080", "f4908080", "610062")) {
      byte[] text = string(bad);
      ends(version, "PUBLISH", MALFORMED, packet(0x30, text, version.props(), utf8("x")));
      ends(version, "SUBSCRIBE", MALFORMED, packet(0x82, u16(1), version.props(), text, 0));
      ends(version, "UNSUBSCRIBE", MALFORMED, packet(0xA2, u16(1), version.props(), text));
      byte[] head = fields("MQTT", version.level);
      byte[] none = version.props();
      refuses(version, "client id", MALFORMED, packet(0x10, head, 0x02, u16(60), none, text));
      refuses(
          version,
          "will topic",
          MALFORMED,
          packet(0x10, head, 0x06, u16(60), none, own("c"), none, text, u16(1), utf8("w")));
      refuses(
          version, "user name", MALFORMED, packet(0x10, head, 0x82, u16(60), none, own("c"), text));
    }
  }

  @BothVersions
  @Statement(v5 = "1.5.4-3", v311 = "1.5.3-3")
  void aByteOrderMarkIsACharacterLikeOthers(Version version) {
    Client client = client(version, "bom").subscribe("\uFEFF" + own("bom"), 0);

    client.publish(own("bom"), "without", 0).publish("\uFEFF" + own("bom"), "with", 0);

    client.expectMessage("\uFEFF" + own("bom"), "with");
    client.expectNothing();
  }

  @BothVersions
  @Statement(v5 = "1.5.5-1")
  void aLengthTakesAsFewBytesAsItCan(Version version) {
    ends(version, "length", MALFORMED, hex("c0 80 00"), hex("30 ff ff ff ff 01"));
    if (version.is5()) {
      ends(version, "properties", MALFORMED, packet(0x30, "a", hex("80 00"), utf8("x")));
      ends(version, "identifier", MALFORMED, packet(0x82, u16(1), hex("03 0b 80 00"), "a", 0));
    }
  }

  @Test
  @Statement(v5 = {"1.5.7-1", "3.3.2-13", "3.3.2-19"})
  void textInPropertiesIsUtf8Too() {
    for (String bad : List.of("0161", "eda080", "00")) {
      byte[] text = bad.equals("0161") ? hex("0002 61 c3") : string(bad);
      byte[] good = fields("n");
      for (byte[] property :
          List.of(
              fields(0x26, text, good),
              fields(0x26, good, text),
              fields(0x08, text),
              fields(0x03, text))) {
        ends(Version.V5, "property", MALFORMED, packet(0x30, "a", properties(property)));
      }
    }
  }

  @BothVersions
  @Statement(
      v5 = {"2.1.3-1", "3.6.1-1", "3.8.1-1", "3.10.1-1", "3.14.1-1", "3.3.1-4", "3.3.1-2"},
      v311 = {
        "2.2.2-1",
        "2.2.2-2",
        "3.6.1-1",
        "3.8.1-1",
        "3.10.1-1",
        "3.14.1-1",
        "3.3.1-4",
        "3.3.1-2"
      })
  void reservedFlagsAreAsTheStandardHasThem(Version version) {
    byte[] filter = fields(u16(1), version.props(), "a");
    ends(version, "PUBREL", MALFORMED, packet(0x60, u16(1)), packet(0x63, u16(1)));
    ends(version, "SUBSCRIBE", MALFORMED, packet(0x80, filter, 0), packet(0x8A, filter, 0));
    ends(version, "UNSUBSCRIBE", MALFORMED, packet(0xA0, filter), packet(0xA3, filter));
    ends(version, "DISCONNECT", MALFORMED, packet(0xE1), packet(0xE8));
    ends(version, "PINGREQ", MALFORMED, packet(0xC1), packet(0xC2));
    ends(version, "PUBACK", MALFORMED, packet(0x42, u16(1)), packet(0x48, u16(1)));
    ends(version, "QoS 3", MALFORMED, version.publish(0x06, "a", 1, "x"));
    ends(version, "DUP at QoS 0", MALFORMED, version.publish(0x08, "a", 0, "x"));
    ends(version, "type 0", MALFORMED, packet(0x00));
    refuses(version, "CONNECT", MALFORMED, packet(0x11, "MQTT", version.level, 2, u16(0), "c"));
  }

  @BothVersions
  @Statement(
      v5 = {"4.13.1-1", "4.13.2-1"},
      v311 = {"2.3.1-1", "4.8.0-1"})
  void whatNoClientMaySendEndsTheConnection(Version version) {
    ends(version, "SUBACK", PROTOCOL_ERROR, packet(0x90, u16(1), version.props(), 0));
    ends(version, "CONNACK", PROTOCOL_ERROR, packet(0x20, 0, 0));
    ends(version, "PINGRESP", PROTOCOL_ERROR, packet(0xD0));
    ends(version, "SUBSCRIBE 0", PROTOCOL_ERROR, version.subscribe(0, "a", 0));
    ends(version, "UNSUBSCRIBE 0", PROTOCOL_ERROR, version.unsubscribe(0, "a"));
    ends(version, "PUBLISH 0", PROTOCOL_ERROR, version.publish(0x02, "a", 0, "x"));
    ends(version, "trailing bytes", MALFORMED, packet(0xC0, 0));
    ends(version, "cut short", MALFORMED, packet(0x32, "a"), packet(0x82, u16(1), 5));
  }

  @BothVersions
  @Statement(
      v5 = {"2.2.1-2", "2.2.2-1"},
      v311 = {"2.3.1-5"})
  void aPublishOfQosZeroHasNoPacketIdentifier(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 2);

    client.publish(own("t"), "x", 0);

    byte[] expected = packet(0x30, own("t"), version.props(), utf8("x"));
    assertArrayEquals(expected, client.read().bytes);
  }

  @BothVersions
  @Statement(
      v5 = {"2.2.1-4", "4.3.2-1", "4.3.3-1"},
      v311 = {"2.3.1-4", "4.3.2-1", "4.3.3-1"})
  void packetIdentifiersInUseAreNotGivenAgain(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 2);
    Client publisher = client(version, "p");
    for (int i = 0; i < 6; i++) {
      publisher.publish(own("t"), "m" + i, 1 + i % 2);
    }
    List<Integer> inUse = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      inUse.add(client.expect(Packet.PUBLISH).packetId);
    }
    assertEquals(List.of(1, 2, 3, 4, 5, 6), inUse);
    client.ack(Packet.PUBACK, 1);

    publisher.publish(own("t"), "next", 1);

    assertEquals(7, client.expect(Packet.PUBLISH).packetId);
  }

  @BothVersions
  @Statement(
      v5 = {"2.2.1-5", "2.2.1-6", "3.8.4-1", "3.8.4-2", "3.10.4-4", "3.10.4-5", "3.3.4-1"},
      v311 = {"2.3.1-6", "2.3.1-7", "3.8.4-1", "3.8.4-2", "3.10.4-4", "3.10.4-5", "3.3.4-1"})
  void anAnswerHasThePacketIdentifierOfItsQuestion(Version version) {
    Client client = client(version, "c");

    client.send(version.subscribe(0x1234, own("t"), 0));
    assertEquals(0x1234, client.expect(Packet.SUBACK).packetId);
    client.send(version.unsubscribe(0xFFFF, own("other")));
    assertEquals(0xFFFF, client.expect(Packet.UNSUBACK).packetId);
    client.send(version.publish(0x02, own("x"), 77, "1"));
    assertEquals(77, client.expect(Packet.PUBACK).packetId);
    client.send(version.publish(0x04, own("x"), 78, "2"));
    assertEquals(78, client.expect(Packet.PUBREC).packetId);
    client.ack(Packet.PUBREL, 78);
    assertEquals(78, client.expect(Packet.PUBCOMP).packetId);
  }

  @Test
  @Statement(v5 = {"4.13.1-1", "3.3.4-6", "3.3.2-14", "3.8.3-4", "3.8.3-5"})
  void propertiesAndOptionsThatMayNotBeAreRefused() {
    Version v = Version.V5;
    ends(v, "twice", PROTOCOL_ERROR, packet(0x30, "a", properties(0x23, u16(1), 0x23, u16(1))));
    ends(v, "not in PUBLISH", MALFORMED, packet(0x30, "a", properties(0x11, u16(0), u16(1))));
    ends(v, "unknown", MALFORMED, packet(0x30, "a", properties(0x7F, 0)));
    ends(v, "identifier", PROTOCOL_ERROR, packet(0x30, "a", properties(0x0B, 1)));
    ends(v, "wildcard", PROTOCOL_ERROR, packet(0x30, "a", properties(0x08, "b/#")));
    ends(v, "format 2", PROTOCOL_ERROR, packet(0x30, "a", properties(0x01, 2)));
    ends(v, "identifier 0", PROTOCOL_ERROR, packet(0x82, u16(1), properties(0x0B, 0), "a", 0));
    ends(v, "reserved bits", MALFORMED, v.subscribe(1, "a", 0x40), v.subscribe(1, "a", 0x80));
    ends(v, "QoS 3", PROTOCOL_ERROR, v.subscribe(1, "a", 0x03));
    ends(v, "retain handling 3", PROTOCOL_ERROR, v.subscribe(1, "a", 0x30));
    ends(v, "No Local, shared", PROTOCOL_ERROR, v.subscribe(1, "$share/g/a", 0x04));
    ends(v, "PUBACK", PROTOCOL_ERROR, packet(0x40, u16(1), 0x92), packet(0x40, u16(1), 0x01));
  }
}
