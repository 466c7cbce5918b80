package io.spillway.conformance;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.hex;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.u32;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** PUBLISH, retained messages and the acknowledgements: 3.3 to 3.7 and 4.3. */
public abstract class PublishChapter extends Chapter {
  protected PublishChapter(Supplier<Server> servers) {
    super(servers);
  }

  @BothVersions
  @Statement(
      v5 = {"4.3.1-1", "4.3.2-2", "4.3.3-2", "3.3.1-2", "3.3.1-3", "3.8.4-8", "3.3.2-3"},
      v311 = {"4.3.1-1", "4.3.2-1", "4.3.3-1", "3.3.1-2", "3.3.1-3", "3.8.4-6", "3.3.2-3"})
  void theQosIsTheLowerOfWhatWasPublishedAndGranted(Version version) {
    Client publisher = client(version, "p");
    for (int granted = 0; granted <= 2; granted++) {
      Client client = client(version, "c" + granted).subscribe(own("t") + "/+", granted);
      for (int qos = 0; qos <= 2; qos++) {
        publisher.publish(own("t") + "/" + qos, "q" + qos, qos);
        Packet publish = client.expectMessage(own("t") + "/" + qos, "q" + qos);
        assertEquals(Math.min(qos, granted), publish.qos());
        assertFalse(publish.dup());
      }
      // A sender's DUP isn't passed on.
      publisher.send(version.publish(0x0A, own("t") + "/d", 999, "d"));
      publisher.await(Packet.PUBACK);
      assertFalse(client.expectMessage(own("t") + "/d", "d").dup());
    }
  }

  @BothVersions
  @Statement(
      v5 = {"4.3.2-4", "4.3.2-5", "3.4.2-1"},
      v311 = "4.3.2-2")
  void afterPubackAnIdentifierStandsForANewMessage(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 0);
    Client publisher = client(version, "p");

    publisher.send(version.publish(0x02, own("t"), 7, "one"));
    assertEquals(0, publisher.expect(Packet.PUBACK).reasonCode());
    publisher.send(version.publish(0x0A, own("t"), 7, "two"));
    assertEquals(7, publisher.expect(Packet.PUBACK).packetId);

    client.expectMessage(own("t"), "one");
    client.expectMessage(own("t"), "two");
  }

  @BothVersions
  @Statement(
      v5 = {"4.3.3-8", "4.3.3-10", "4.3.3-11", "4.3.3-12", "3.5.2-1", "3.7.2-1"},
      v311 = "4.3.3-2")
  void aMessageOfQosTwoIsTakenOnce(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 2);
    Client publisher = client(version, "p");

    for (int flags : new int[] {0x04, 0x0C, 0x04}) {
      publisher.send(version.publish(flags, own("t"), 7, "one"));
      assertEquals(0, publisher.expect(Packet.PUBREC).reasonCode());
    }
    client.expectMessage(own("t"), "one");
    client.expectNothing();
    publisher.ack(Packet.PUBREL, 7);
    assertEquals(7, publisher.expect(Packet.PUBCOMP).packetId);
    publisher.send(version.publish(0x04, own("t"), 7, "two"));
    publisher.expect(Packet.PUBREC);
    client.expectMessage(own("t"), "two");
    // A PUBREL that is lost on us is answered again.
    publisher.ack(Packet.PUBREL, 7);
    publisher.expect(Packet.PUBCOMP);
    publisher.ack(Packet.PUBREL, 7);
    Packet again = publisher.expect(Packet.PUBCOMP);
    assertEquals(version.is5() ? 0x92 : 0, again.reasonCode());
  }

  @BothVersions
  @Statement(
      v5 = {"4.3.3-10", "4.3.3-12"},
      v311 = "4.3.3-2")
  void aMessageOfQosTwoIsTakenOnceAlsoAcrossAReconnect(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 2);
    Client publisher = client(connect(version, "p").resuming(), version);
    publisher.send(version.publish(0x04, own("t"), 7, "one"));
    publisher.expect(Packet.PUBREC);
    publisher.close();

    publisher = client(connect(version, "p").resuming(), version);
    publisher.send(version.publish(0x0C, own("t"), 7, "one"));
    publisher.expect(Packet.PUBREC);
    publisher.ack(Packet.PUBREL, 7);
    publisher.expect(Packet.PUBCOMP);

    client.expectMessage(own("t"), "one");
    client.expectNothing();
  }

  @BothVersions
  @Statement(
      v5 = {
        "4.3.2-3", "4.3.3-3", "4.3.3-4", "4.3.3-5", "4.3.3-6", "4.4.0-1", "3.3.1-1", "3.6.2-1",
        "4.6.0-1"
      },
      v311 = {"4.3.2-1", "4.3.3-1", "4.4.0-1", "3.3.1-1", "4.6.0-1"})
  void whatWasNotAcknowledgedIsSentAgainAsItWas(Version version) {
    Client client = client(connect(version, "c").resuming(), version).subscribe(own("t"), 2);
    Client publisher = client(version, "p");
    publisher.publish(own("t"), "one", 1).publish(own("t"), "two", 2).publish(own("t"), "three", 2);
    for (int i = 1; i <= 3; i++) {
      Packet publish = client.expect(Packet.PUBLISH);
      assertEquals(i, publish.packetId);
      assertFalse(publish.dup());
    }
    client.ack(Packet.PUBREC, 3);
    assertEquals(3, client.expect(Packet.PUBREL).packetId);
    client.close();

    Client again = client(connect(version, "c").resuming(), version);
    for (int i = 1; i <= 2; i++) {
      Packet publish = again.expect(Packet.PUBLISH);
      assertTrue(publish.dup());
      assertEquals(i, publish.packetId);
      assertEquals(i, publish.qos());
    }
    assertEquals(3, again.expect(Packet.PUBREL).packetId); // Not the PUBLISH.
    again.expectNothing();
    again.ack(Packet.PUBACK, 1).ack(Packet.PUBREC, 2);
    assertEquals(2, again.expect(Packet.PUBREL).packetId);
    again.ack(Packet.PUBCOMP, 2).ack(Packet.PUBCOMP, 3).disconnect();
    client(connect(version, "c").resuming(), version).expectNothing();
  }

  @Test
  @Statement(v5 = {"4.4.0-2", "4.3.3-4"})
  void aRefusedMessageIsDoneWith() {
    Version v = Version.V5;
    Client client = client(connect(v, "c").resuming(), v).subscribe(own("t"), 2);
    client(v, "p").publish(own("t"), "one", 1).publish(own("t"), "two", 2);
    client.expect(Packet.PUBLISH);
    client.expect(Packet.PUBLISH);

    client.ack(Packet.PUBACK, 1, 0x97).ack(Packet.PUBREC, 2, 0x97);
    client.expectNothing(); // No PUBREL either.
    client.close();

    client(connect(v, "c").resuming(), v).expectNothing();
  }

  @Test
  @Statement(v5 = {"4.3.3-9", "3.5.2-1", "3.4.2-1"})
  void afterARefusalAnIdentifierStandsForANewMessage() {
    Version v = Version.V5;
    Client publisher = client(v, "p");
    publisher.send(v.publish(0x04, "$SYS/" + own("x"), 7, "no"));
    assertEquals(0x87, publisher.expect(Packet.PUBREC).reasonCode());
    Client client = client(v, "c").subscribe(own("t"), 2);

    publisher.send(v.publish(0x04, own("t"), 7, "yes"));

    assertEquals(0, publisher.expect(Packet.PUBREC).reasonCode());
    client.expectMessage(own("t"), "yes");
  }

  @Test
  @Statement(v5 = {"3.4.2-1", "3.5.2-1"})
  @ResourceLock(EVERY_TOPIC)
  void aMessageThatNobodyWantsIsSaidToBeOne() {
    Client publisher = client(Version.V5, "p");

    publisher.send(Version.V5.publish(0x02, own("t"), 1, "x"));
    assertEquals(0x10, publisher.expect(Packet.PUBACK).reasonCode());
    publisher.send(Version.V5.publish(0x04, own("t"), 2, "x"));
    assertEquals(0x10, publisher.expect(Packet.PUBREC).reasonCode());
  }

  @BothVersions
  @Statement(
      v5 = {"4.3.2-1", "4.3.3-3", "4.13.1-1"},
      v311 = {"4.3.2-1", "4.3.3-1", "4.8.0-1"})
  void anAcknowledgementOfAnotherKindEndsTheConnection(Version version) {
    int[][] outOfPlace = {
      {1, Packet.PUBREC}, {1, Packet.PUBCOMP}, {2, Packet.PUBACK}, {2, Packet.PUBCOMP}
    };
    for (int[] qosAndPacket : outOfPlace) {
      Client client = client(version, "c").subscribe(own("t"), 2);
      client(version, "p").publish(own("t"), "x", qosAndPacket[0]);
      int packetId = client.expect(Packet.PUBLISH).packetId;

      client.ack(qosAndPacket[1], packetId).expectEnd(0x82);
    }
  }

  @Test
  @Statement(v5 = {"3.6.2-1"})
  void anUnknownIdentifierIsSaidToBeOne() {
    Client client = client(Version.V5, "c");

    client.ack(Packet.PUBREC, 5);
    assertEquals(0x92, client.expect(Packet.PUBREL).reasonCode());
    client.ack(Packet.PUBACK, 5).ack(Packet.PUBCOMP, 5).expectNothing();
  }

  @BothVersions
  @Statement(
      v5 = {"3.3.1-5", "3.3.1-8", "3.3.1-9"},
      v311 = {"3.3.1-5", "3.3.1-6", "3.3.1-7", "3.3.1-8", "3.3.1-12", "3.1.2-7"})
  void theLastRetainedMessageWaitsForSubscribers(Version version) {
    Client publisher = client(version, "p");
    publisher.publish(own("t"), "first", 2, true).publish(own("t"), "second", 1, true);
    publisher.publish(own("t"), "live", 1, false);
    publisher.disconnect(); // Retained messages are no part of a session.

    Client client = client(version, "c").subscribe(own("t"), 2);

    Packet retained = client.expectMessage(own("t"), "second");
    assertTrue(retained.retain());
    assertEquals(1, retained.qos());
    client.expectNothing();
    client.publish(own("t"), "third", 0, true); // Also QoS 0 replaces it.
    client.expectMessage(own("t"), "third");
    client(version, "d").subscribe(own("t"), 2).expectMessage(own("t"), "third");
    client.publish(own("t"), "", 0, true);
  }

  @BothVersions
  @Statement(
      v5 = {"3.3.1-6", "3.3.1-7"},
      v311 = {"3.3.1-10", "3.3.1-11"})
  void aRetainedMessageIsRemovedByAnEmptyOne(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 1);
    client.publish(own("t"), "x", 1, true);
    client.expectMessage(own("t"), "x");

    client.publish(own("t"), "", 1, true);

    client.expectMessage(own("t"), ""); // It is delivered like any other.
    client(version, "late").subscribe(own("t"), 1).expectNothing();
  }

  @BothVersions
  @Statement(v5 = "3.3.1-12", v311 = "3.3.1-9")
  void aLiveMessageIsNotMarkedAsRetained(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 0);

    client.publish(own("t"), "x", 0, true);

    assertFalse(client.expectMessage(own("t"), "x").retain());
    client.publish(own("t"), "", 0, true);
  }

  @Test
  @Statement(v5 = {"3.3.1-13", "3.3.1-12"})
  void aSubscriberMayAskForTheMarkAsPublished() {
    Client client = client(Version.V5, "c").subscribe(own("t"), 0x08);

    client.publish(own("t"), "x", 0, true).publish(own("t"), "y", 0, false);

    assertTrue(client.expectMessage(own("t"), "x").retain());
    assertFalse(client.expectMessage(own("t"), "y").retain());
    client.publish(own("t"), "", 0, true);
  }

  @Test
  @Statement(v5 = {"3.3.1-9", "3.3.1-10", "3.3.1-11", "3.8.4-4"})
  void retainHandlingSaysWhenRetainedMessagesAreSent() {
    Client publisher = client(Version.V5, "p").publish(own("t"), "x", 1, true);
    Client client = client(Version.V5, "c");

    client.subscribe(own("t"), 0x21).expectNothing(); // 2: never.
    client.subscribe(own("t"), 0x11).expectNothing(); // 1: it is there already.
    client.subscribe(own("t"), 0x01).expectMessage(own("t"), "x"); // 0: always.
    client.subscribe(own("t"), 0x01).expectMessage(own("t"), "x");
    client.unsubscribe(own("t"));
    client.subscribe(own("t"), 0x11).expectMessage(own("t"), "x"); // 1: it is new.
    client.expectNothing();
    publisher.publish(own("t"), "", 0, true);
  }

  @BothVersions
  @Statement(
      v5 = {"3.3.2-2", "4.7.0-1", "4.7.3-1"},
      v311 = {"3.3.2-2", "4.7.1-1", "4.7.3-1"})
  void aTopicNameHasNoWildcardsAndIsNotEmpty(Version version) {
    for (String topic : List.of("a/#", "+", "a/+/b", "")) {
      Client client = client(version, "c").send(version.publish(0, topic, 0, "x"));
      client.expectEnd();
      client.close();
    }
  }

  @BothVersions
  @Statement(v5 = "4.7.3-3", v311 = "4.7.3-3")
  void theLongestTopicNameIsTaken(Version version) {
    String longest = own("t") + "x".repeat(65_535 - own("t").length());
    Client client = client(version, "c").subscribe(longest, 0);

    client.publish(longest, "x", 0);

    client.expectMessage(longest, "x");
  }

  @BothVersions
  @Statement(v5 = "4.7.3-4", v311 = "4.7.3-4")
  void topicsAreComparedAsTheyAre(Version version) {
    // Composed and decomposed, both cases, with and without slashes and spaces.
    List<String> topics =
        List.of(
            "/" + own("t"), own("t"), own("t") + "/", "\u00e9" + own("t"), "e\u0301" + own("t"));
    Client client = client(version, "c");
    for (String topic : topics) {
      client.subscribe(topic, 0);
    }
    client.publish(own("T"), "other", 0).publish(own("t") + " ", "other", 0);

    for (String topic : topics) {
      client.publish(topic, "x", 0);
      client.expectMessage(topic, "x");
    }
    client.expectNothing();
  }

  @Test
  @Statement(
      v5 = {"3.3.2-4", "3.3.2-15", "3.3.2-16", "3.3.2-17", "3.3.2-18", "3.3.2-20", "3.1.3-10"})
  void propertiesArePassedOnAsTheyCame() {
    Version v = Version.V5;
    Client client = client(v, "c").subscribe(own("t"), 1);
    byte[] properties =
        fields(
            fields(0x26, fields("z", "1"), 0x08, "answer/here", 0x26, fields("a", "2")),
            fields(0x09, fields("id"), 0x03, "text/plain", 0x01, 1, 0x26, fields("z", "1")));

    client.publish(own("t"), "x", 1, false, properties);

    Packet publish = client.expectMessage(own("t"), "x");
    assertEquals(1L, publish.property(0x01));
    assertEquals("text/plain", publish.property(0x03));
    assertEquals("answer/here", publish.property(0x08));
    assertArrayEquals(utf8("id"), (byte[]) publish.property(0x09));
    assertEquals(List.of("z=1", "a=2", "z=1"), publish.all(0x26));
    assertEquals(7, publish.properties.size());
  }

  @Test
  @Statement(v5 = {"3.3.2-4"})
  void aPayloadThatIsNotTheTextItClaimsToBeIsRefused() {
    byte[] bad = packet(0x30, own("t"), properties(0x01, 1), hex("c328"));

    ends(Version.V5, "payload", 0x99, bad);
  }

  @Test
  @Statement(v5 = {"3.3.2-5", "3.3.2-6"})
  void aMessageThatHasExpiredIsNotDelivered() {
    Version v = Version.V5;
    Client publisher = client(v, "p");
    client(connect(v, "c").resuming(), v).subscribe(own("t") + "/#", 1).disconnect();
    publisher.publish(own("t") + "/short", "1", 1, false, 0x02, u32(1));
    publisher.publish(own("t") + "/long", "2", 1, false, 0x02, u32(100));
    publisher.publish(own("t") + "/short", "3", 1, true, 0x02, u32(1));
    publisher.publish(own("t") + "/kept", "4", 1, true, 0x02, u32(100));
    aSecondPasses();

    Client client = client(connect(v, "c").resuming(), v);
    long left = (Long) client.expectMessage(own("t") + "/long", "2").property(0x02);
    assertTrue(left >= 90 && left < 100, left + " s");
    client.expectMessage(own("t") + "/kept", "4");
    client.expectNothing();
    Client late = client(v, "late").subscribe(own("t") + "/#", 1);
    left = (Long) late.expectMessage(own("t") + "/kept", "4").property(0x02);
    assertTrue(left >= 90 && left < 100, left + " s");
    late.expectNothing();
    publisher.publish(own("t") + "/kept", "", 0, true);
  }

  @Test
  @Statement(v5 = {"4.3.3-7", "4.3.3-13"})
  void aMessageOnItsWayNoLongerExpires() {
    Version v = Version.V5;
    Client client = client(connect(v, "c").resuming(), v).subscribe(own("t"), 2);
    Client publisher = client(v, "p");
    publisher.publish(own("t"), "x", 2, false, 0x02, u32(1));
    publisher.send(v.publish(0x04, own("t"), 900, properties(0x02, u32(1)), "y"));
    publisher.expect(Packet.PUBREC);
    assertEquals("x", client.expect(Packet.PUBLISH).payload);
    assertEquals("y", client.expect(Packet.PUBLISH).payload);
    client.close();
    aSecondPasses();

    publisher.ack(Packet.PUBREL, 900);
    assertEquals(0, publisher.expect(Packet.PUBCOMP).reasonCode());
    Client again = client(connect(v, "c").resuming(), v);
    again.expectMessage(own("t"), "x");
    again.expectMessage(own("t"), "y");
  }

  @BothVersions
  @Statement(
      v5 = {"4.6.0-2", "4.6.0-3", "4.6.0-4", "4.6.0-5", "4.6.0-6"},
      v311 = {"4.6.0-2", "4.6.0-3", "4.6.0-4", "4.6.0-5", "4.6.0-6"})
  void messagesAndAcknowledgementsKeepTheirOrder(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 2);
    Client publisher = client(version, "p");
    for (int i = 1; i <= 60; i++) {
      publisher.send(version.publish(0x02 << i % 2, own("t"), i, "m" + i));
    }
    for (int i = 1; i <= 60; i++) {
      Packet answer = publisher.read();
      assertEquals(i % 2 == 0 ? Packet.PUBACK : Packet.PUBREC, answer.type);
      assertEquals(i, answer.packetId);
    }
    int last1 = 0;
    int last2 = 0;
    for (int n = 0; n < 60; n++) {
      Packet publish = client.await(Packet.PUBLISH);
      int i = Integer.parseInt(publish.payload.substring(1));
      assertTrue(i > (publish.qos() == 1 ? last1 : last2), "order");
      last1 = publish.qos() == 1 ? i : last1;
      last2 = publish.qos() == 2 ? i : last2;
      client.acknowledge(publish);
    }
    for (int i = 1; i <= 59; i += 2) {
      publisher.ack(Packet.PUBREL, i);
      assertEquals(i, publisher.expect(Packet.PUBCOMP).packetId);
    }
  }

  @BothVersions
  void aTopicOfOthersIsTakenAndGoesNowhere(Version version) {
    Client client = client(version, "c").subscribe("$" + own("t") + "/#", 1);

    client.send(version.publish(0x03, "$" + own("t") + "/a", 9, "x"));

    assertEquals(0, client.expect(Packet.PUBACK).reasonCode());
    client.expectNothing();
  }

  @Test
  @Statement(v311 = "3.3.5-2")
  void aMessageThatMayNotBePublishedIsAcknowledgedAllTheSame() {
    Version v = Version.V3_1_1;
    Client client = client(v, "c");

    client.send(v.publish(0x02, "$SYS/" + own("x"), 3, "x"));

    assertEquals(3, client.expect(Packet.PUBACK).packetId);
    client.expectNothing();
  }
}
