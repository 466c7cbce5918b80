package io.spillway.conformance;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.hex;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.u16;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** MQTT 3.1: what it has of its own, and that the rest is as in its successors. */
public abstract class OldestVersionChapter extends Chapter {
  private static final Version V = Version.V3_1;

  protected OldestVersionChapter(Supplier<Server> servers) {
    super(servers);
  }

  private Client resuming(String clientId) {
    return client(connect(V, clientId).resuming(), V);
  }

  private static byte[] connect(int level, int flags, Object... payload) {
    return packet(0x10, "MQIsdp", level, flags, u16(60), fields(payload));
  }

  @Test
  @Statement(v31 = {"3.1-a", "3.1-f", "3.2-a", "3.12-a"})
  void connackSaysNothingOfASessionThatWasKept() {
    Client first = resuming("c").subscribe(own("t"), 1);
    assertArrayEquals(hex("20 02 00 00"), first.connack().bytes);
    first.expectNothing().disconnect();
    client(V, "p").publish(own("t"), "kept", 1);

    Client again = resuming("c");

    assertArrayEquals(hex("20 02 00 00"), again.connack().bytes);
    again.expectMessage(own("t"), "kept");
  }

  @Test
  @Statement(v31 = "3.1-b")
  void anotherVersionIsToldSo() {
    for (int level : new int[] {2, 4, 5}) {
      open(V).send(connect(level, 2, own("c"))).expectRefusal(1);
    }
  }

  @Test
  @Statement(v31 = "3.1-c")
  void aClientIdentifierHasAtLeastOneCharacter() {
    open(V).send(connect(3, 2, "")).expectRefusal(2);
    open(V).send(connect(3, 0, "")).expectRefusal(2);
    for (int length : new int[] {23, 24, 500}) {
      client(V, "c".repeat(length)).expectNothing().disconnect();
    }
  }

  @Test
  @Statement(v31 = {"3.1-d", "3.2-b"})
  void userNameAndPasswordMayBeMissingInSpiteOfTheirFlags() {
    open(V).send(connect(3, 0xC2, own("c"))).expect(Packet.CONNACK);

    open(V).send(connect(3, 0xC2, own("d"), "ben")).expectRefusal(4);
  }

  @Test
  @Statement(v31 = "3.2-b")
  void returnCodesSayWhatWasWrongWithTheLogin() {
    client(connect(V, "c").userName("ben").password("secret"), V).expectNothing();
    open(V).send(connect(V, "d").userName("ben").password("wrong").bytes()).expectRefusal(4);
    open(V).send(connect(V, "e").will("private/w", "x", 0, false).bytes()).expectRefusal(5);
  }

  @Test
  @Statement(v31 = {"2.1-a", "2.6-a", "3.10-a"})
  void packetsSentAgainHaveDupAndUnusedBitsMeanNothing() {
    byte[] connect = connect(3, 0x3B, own("c"));
    connect[0] |= 0x0F;
    Client client = open(V).send(connect);
    assertEquals(0, client.expect(Packet.CONNACK).reasonCode());
    client.send(hex("cf 00")).expect(Packet.PINGRESP);

    client.send(packet(0x8A, u16(1), own("t"), 1));
    assertEquals(List.of(1), client.expect(Packet.SUBACK).reasonCodes);
    client.send(packet(0xAB, u16(2), own("nothing")));
    assertEquals(2, client.expect(Packet.UNSUBACK).packetId);
    client.send(V.publish(0x04, own("t"), 3, "x"));
    client.await(Packet.PUBREC);
    client.send(packet(0x6A, u16(3)));
    assertEquals(3, client.await(Packet.PUBCOMP).packetId);
  }

  @Test
  @Statement(v31 = "2.4-a")
  void anIdentifierOfZeroEndsTheConnection() {
    ends(V, "SUBSCRIBE", 0, V.subscribe(0, "a", 0));
    ends(V, "PUBLISH", 0, V.publish(0x02, "a", 0, "x"));
    ends(V, "a wildcard", 0, V.publish(0, "a/#", 0, "x"));
  }

  @Test
  @Statement(v31 = {"3.1-h", "4.2-a", "4.3-a"})
  void whatWasNotAcknowledgedIsSentAgainToTheNextConnection() {
    Client old = resuming("c").subscribe(own("t"), 2);
    Client publisher = client(V, "p");
    publisher.publish(own("t"), "one", 1).publish(own("t"), "two", 2);
    int one = old.expect(Packet.PUBLISH).packetId;
    int two = old.expect(Packet.PUBLISH).packetId;

    Client young = resuming("c");

    old.expectClosed();
    Packet again = young.expectMessage(own("t"), "one");
    assertTrue(again.dup());
    assertEquals(one, again.packetId);
    again = young.expectMessage(own("t"), "two");
    assertTrue(again.dup());
    assertEquals(two, again.packetId);
  }

  @Test
  @Statement(v31 = {"3.1-e", "3.14-a"})
  void aWillIsForThoseWhoGoWithoutAWord() {
    Client watcher = client(V, "w").subscribe(own("will"), 1);
    client(connect(V, "polite").will(own("will"), "never", 1, false), V).disconnect();

    client(connect(V, "lost").will(own("will"), "lost", 1, false), V).close();

    watcher.expectMessage(own("will"), "lost");
    watcher.expectNothing();
  }

  @Test
  @Statement(v31 = "3.1-g")
  void silenceEndsTheConnection() {
    client(connect(V, "c").keepAlive(1), V).expectClosed();
  }

  @Test
  @Statement(v31 = {"2.1-b", "2.1-c"})
  void retainedMessagesAreForThoseWhoComeLater() {
    Client there = client(V, "there").subscribe(own("t"), 1);
    Client publisher = client(V, "p").publish(own("t"), "kept", 1, true);
    assertFalse(there.expectMessage(own("t"), "kept").retain());

    Client late = client(V, "late").subscribe(own("t"), 1);

    assertTrue(late.expectMessage(own("t"), "kept").retain());
    publisher.publish(own("t"), "", 1, true);
    client(V, "later").subscribe(own("t"), 1).expectNothing();
  }

  @Test
  @Statement(v31 = {"3.3-a", "3.8-a", "3.8-b", "4.1-a"})
  void everythingElseIsAsInItsSuccessors() {
    Client client = client(V, "c");
    client.send(V.subscribe(1, own("t") + "/#", 0, own("t") + "/+", 2, own("t") + "/a", 1));
    assertEquals(List.of(0, 2, 1), client.expect(Packet.SUBACK).reasonCodes);

    client(V, "p").publish(own("t") + "/a", "x", 2).publish("private/t", "y", 1);

    assertEquals(2, client.expectMessage(own("t") + "/a", "x").qos());
    client.expectNothing();
  }
}
