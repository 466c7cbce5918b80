package io.spillway.conformance;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.u32;
import static io.spillway.testing.Packets.variable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** SUBSCRIBE, UNSUBSCRIBE, filters and matching: 3.8 to 3.11 and 4.7. */
public abstract class SubscribeChapter extends Chapter {
  private static final int PROTOCOL_ERROR = 0x82;

  protected SubscribeChapter(Supplier<Server> servers) {
    super(servers);
  }

  @BothVersions
  @Statement(
      v5 = {"3.8.3-2", "3.10.3-2"},
      v311 = {"3.8.3-3", "3.10.3-2"})
  void aListOfFiltersIsNotEmpty(Version version) {
    ends(version, "SUBSCRIBE", PROTOCOL_ERROR, version.subscribe(1));
    ends(version, "UNSUBSCRIBE", PROTOCOL_ERROR, version.unsubscribe(1));
  }

  @Test
  @Statement(v311 = "3-8.3-4")
  void reservedBitsBesideTheQosAreMalformed() {
    for (int options : new int[] {3, 4, 8, 0x10, 0x40, 0x80}) {
      Client client = client(Version.V3_1_1, "c" + options);
      client.send(Version.V3_1_1.subscribe(1, "a", options)).expectClosed();
    }
  }

  @BothVersions
  @Statement(
      v5 = {"4.7.1-1", "4.7.1-2", "4.7.3-1"},
      v311 = {"4.7.1-2", "4.7.1-3", "4.7.3-1"})
  @ResourceLock(EVERY_TOPIC)
  void aWildcardIsALevelOfItsOwn(Version version) {
    for (String filter : List.of("a/#/b", "a#", "#/a", "a+", "+a", "a/b+/c", "a/+b", "##", "")) {
      try (Client client = client(version, "c")) {
        client.send(version.subscribe(1, filter, 0)).expectEnd();
      } catch (AssertionError e) {
        throw new AssertionError(filter, e);
      }
    }
    Client client = client(version, "good");
    for (String filter : List.of("#", "+", "+/+", "/+", "a/+/b/#", "/#")) {
      client.send(version.subscribe(9, filter, 0));
      assertEquals(0, client.await(Packet.SUBACK).reasonCode(), filter);
      client.send(version.unsubscribe(10, filter)).await(Packet.UNSUBACK);
    }
  }

  @BothVersions
  @Statement(
      v5 = {"3.8.4-5", "3.8.4-6", "3.8.4-7", "3.9.3-1", "3.9.3-2"},
      v311 = {"3.8.4-4", "3.8.4-5", "3.9.3-1", "3.9.3-2", "3.8.3-2"})
  void severalFiltersAreAnsweredTogetherInTheirOrder(Version version) {
    Client client = client(version, "c");

    client.send(
        version.subscribe(
            7, own("a"), 2, own("b"), 0, own("c") + "/+", 1, own("d") + "/#", 2, own("a"), 1));

    assertEquals(List.of(2, 0, 1, 2, 1), client.expect(Packet.SUBACK).reasonCodes);
    client(version, "p").publish(own("a"), "x", 2).publish(own("c") + "/1", "y", 2);
    assertEquals(1, client.expectMessage(own("a"), "x").qos()); // The last one counts.
    assertEquals(1, client.expectMessage(own("c") + "/1", "y").qos());
    client.expectNothing();
  }

  @BothVersions
  @Statement(
      v5 = {"3.8.4-3", "3.8.4-4"},
      v311 = "3.8.4-3")
  void theSameFilterAgainReplacesTheSubscription(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 2);
    Client publisher = client(version, "p").publish(own("t"), "r", 1, true);
    client.expectMessage(own("t"), "r");

    client.subscribe(own("t"), 0);

    Packet again = client.expectMessage(own("t"), "r");
    assertTrue(again.retain());
    publisher.publish(own("t"), "x", 2);
    assertEquals(0, client.expectMessage(own("t"), "x").qos());
    client.expectNothing();
    publisher.publish(own("t"), "", 0, true);
  }

  @BothVersions
  @Statement(v5 = "3.8.4-4", v311 = "3.8.4-3")
  void replacingASubscriptionLosesNoMessage(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 1);
    Client publisher = client(version, "p");
    for (int i = 1; i <= 100; i++) {
      publisher.send(version.publish(0x02, own("t"), i, "m" + i));
      if (i % 10 == 0) {
        client.send(version.subscribe(1000 + i, own("t"), 1));
      }
    }
    for (int i = 1; i <= 100; i++) {
      Packet publish = client.await(Packet.PUBLISH);
      assertEquals("m" + i, publish.payload);
      client.acknowledge(publish);
    }
  }

  @BothVersions
  @Statement(
      v5 = {"3.3.4-2", "3.3.4-1"},
      v311 = "3.3.5-1")
  void overlappingFiltersDeliverOnceAtTheHighestQos(Version version) {
    Client client = client(version, "c");
    client.subscribe(own("t") + "/#", 0).subscribe(own("t") + "/+", 2);
    client.subscribe(own("t") + "/a", 1);

    client(version, "p").publish(own("t") + "/a", "x", 2);

    assertEquals(2, client.expectMessage(own("t") + "/a", "x").qos());
    client.expectNothing();
  }

  @Test
  @Statement(v5 = {"3.3.4-3", "3.3.4-4", "3.3.4-5"})
  void aMessageHasTheIdentifiersOfAllItsSubscriptions() {
    Client client = client(Version.V5, "c");
    client.subscribe(own("t") + "/#", 1, fields(0x0B, variable(1)));
    client.subscribe(own("t") + "/+", 1, fields(0x0B, variable(268_435_455)));
    client.subscribe(own("t") + "/a", 1);
    client.subscribe(own("r") + "/#", 1, fields(0x0B, variable(300)));

    client(Version.V5, "p").publish(own("t") + "/a", "x", 1).publish(own("r") + "/a", "y", 0, true);

    Packet publish = client.await(Packet.PUBLISH);
    client.acknowledge(publish);
    assertEquals(Set.of(1L, 268_435_455L), new HashSet<>(publish.all(0x0B)));
    assertEquals(List.of(300L), client.expectMessage(own("r") + "/a", "y").all(0x0B));
    client.subscribe(own("r") + "/+", 0, fields(0x0B, variable(5)));
    Packet retained = client.expectMessage(own("r") + "/a", "y");
    assertEquals(List.of(5L), retained.all(0x0B));
    client.publish(own("r") + "/a", "", 0, true);
  }

  @Test
  @Statement(v5 = "3.8.3-3")
  void noLocalKeepsOnesOwnMessagesAway() {
    Client client = client(Version.V5, "c").subscribe(own("t"), 0x04 | 1);
    Client other = client(Version.V5, "o").subscribe(own("t"), 0x04 | 1);

    client.publish(own("t"), "x", 1);

    other.expectMessage(own("t"), "x");
    client.expectNothing();
    client.subscribe(own("t") + "/#", 1).publish(own("t"), "y", 1); // An overlap without it.
    assertEquals("y", client.await(Packet.PUBLISH).payload);
  }

  @BothVersions
  @Statement(v5 = "4.7.2-1", v311 = "4.7.2-1")
  void aLeadingWildcardDoesNotMatchTopicsOfTheServer(Version version) {
    Client client = client(version, "c").subscribe("+/broker/version", 0);

    client.expectNothing();
    client.subscribe("$SYS/broker/version", 0);
    assertEquals("$SYS/broker/version", client.expect(Packet.PUBLISH).topic);
    client.unsubscribe("$SYS/broker/version").subscribe("$SYS/+/version", 0);
    assertEquals("$SYS/broker/version", client.expect(Packet.PUBLISH).topic);
  }

  @BothVersions
  @Statement(
      v5 = {"4.7.1-1", "4.7.1-2", "3.3.2-3"},
      v311 = {"4.7.1-2", "4.7.1-3", "3.3.2-3"})
  void wildcardsMatchAsDescribed(Version version) {
    String root = own("m");
    matches(version, root + "/#", root, root + "/", root + "/a", root + "/a/b", root + "//b");
    matches(version, root + "/+", root + "/", root + "/a");
    matches(version, root + "/+/b", root + "/a/b", root + "//b");
    matches(version, "+/" + root, "/" + root, "x/" + root);
    matches(version, "/+/" + root, "/x/" + root);
  }

  private void matches(Version version, String filter, String... topics) {
    Client client = client(version, "c").subscribe(filter, 0);
    Client publisher = client(version, "p");
    String root = own("m");
    for (String topic :
        List.of(
            root,
            root + "/",
            root + "/a",
            root + "/a/b",
            root + "//b",
            "/" + root,
            "x/" + root,
            "/x/" + root,
            root + "a",
            root + "a/b")) {
      publisher.publish(topic, topic, 0);
    }
    for (String topic : topics) {
      client.expectMessage(topic, topic);
    }
    client.expectNothing();
    client.close();
    publisher.close();
  }

  @BothVersions
  @Statement(
      v5 = {"3.10.4-1", "3.10.4-2", "3.10.4-6", "3.11.3-1", "3.11.3-2"},
      v311 = {"3.10.4-1", "3.10.4-2", "3.10.4-6"})
  void unsubscribingEndsTheSubscriptionsNamed(Version version) {
    Client client = client(version, "c");
    client.subscribe(own("t") + "/+", 1).subscribe(own("t") + "/#", 1).subscribe(own("u"), 1);

    client.send(
        version.unsubscribe(9, own("t") + "/+", own("t") + "/a", own("u"), own("t") + "/#"));

    Packet unsuback = client.expect(Packet.UNSUBACK);
    assertEquals(version.is5() ? List.of(0, 0x11, 0, 0) : List.of(), unsuback.reasonCodes);
    client(version, "p").publish(own("t") + "/a", "x", 1).publish(own("u"), "x", 1);
    client.expectNothing();
  }

  @BothVersions
  @Statement(v5 = "3.10.4-3", v311 = "3.10.4-3")
  void whatIsUnderWayIsFinishedAfterUnsubscribing(Version version) {
    Client client = client(version, "c").subscribe(own("t"), 2);
    client(version, "p").publish(own("t"), "one", 1).publish(own("t"), "two", 2);
    client.expect(Packet.PUBLISH);
    client.expect(Packet.PUBLISH);

    client.unsubscribe(own("t")).ack(Packet.PUBREC, 2);

    assertEquals(2, client.expect(Packet.PUBREL).packetId);
    client.ack(Packet.PUBCOMP, 2).ack(Packet.PUBACK, 1).expectNothing();
  }

  // ---- Shared subscriptions, 4.8.2.

  @Test
  @Statement(v5 = {"4.8.2-1", "4.8.2-2"})
  void aSharedSubscriptionHasANameAndAFilter() {
    for (String filter :
        List.of("$share//a", "$share/g", "$share/g/", "$share/g+/a", "$share/#/a")) {
      try (Client client = client(Version.V5, "c")) {
        client.send(Version.V5.subscribe(1, filter, 0)).expectEnd();
      } catch (AssertionError e) {
        throw new AssertionError(filter, e);
      }
    }
  }

  @Test
  @Statement(v5 = {"4.8.2-3"})
  void aSharedSubscriptionIsBalancedAndKeepsToTheGrantedQos() {
    String filter = "$share/g/" + own("t");
    Client first = client(Version.V5, "a").subscribe(filter, 1);
    Client second = client(Version.V5, "b").subscribe(filter, 0);
    Client whole = client(Version.V5, "w").subscribe(own("t"), 2);
    Client publisher = client(Version.V5, "p");

    for (int i = 0; i < 10; i++) {
      publisher.publish(own("t"), "m" + i, 2);
    }

    for (int i = 0; i < 10; i++) {
      whole.expectMessage(own("t"), "m" + i);
    }
    for (int i = 0; i < 5; i++) {
      assertEquals(1, acknowledged(first).qos());
      assertEquals(0, acknowledged(second).qos());
    }
    first.expectNothing();
    second.expectNothing();
  }

  private static Packet acknowledged(Client client) {
    Packet publish = client.expect(Packet.PUBLISH);
    client.acknowledge(publish);
    return publish;
  }

  @Test
  void aSharedMessageGoesOnWhenItsClientLeaves() {
    String filter = "$share/g/" + own("t");
    Client leaving = client(Version.V5, "a").subscribe(filter, 1);
    client(Version.V5, "p").publish(own("t"), "x", 1);
    leaving.expect(Packet.PUBLISH);
    Client staying = client(Version.V5, "b").subscribe(filter, 1).expectNothing();

    leaving.close();

    staying.expectMessage(own("t"), "x");
  }

  @Test
  @Statement(v5 = {"4.8.2-4", "4.8.2-5"})
  void aSharedMessageOfQosTwoStaysWithItsClient() {
    Version v = Version.V5;
    String filter = "$share/g/" + own("t");
    Client first = client(connect(v, "a").resuming(), v).subscribe(filter, 2);
    client(v, "p").publish(own("t"), "x", 2);
    first.expect(Packet.PUBLISH);
    Client second = client(v, "b").subscribe(filter, 2);
    first.close();

    Client again = client(connect(v, "a").resuming(), v);
    again.expect(Packet.PUBLISH); // The delivery is completed with the same client,
    second.expectNothing();
    again.send(packet(0xE0, 0, 5, 0x11, u32(0))).expectClosed();
    second.expectNothing(); // or with none.
  }

  @Test
  @Statement(v5 = "4.8.2-6")
  void aSharedMessageThatIsRefusedGoesNowhereElse() {
    Version v = Version.V5;
    String filter = "$share/g/" + own("t");
    Client first = client(v, "a").subscribe(filter, 2);
    client(v, "p").publish(own("t"), "x", 1).publish(own("t"), "y", 2);
    assertEquals(1, first.expect(Packet.PUBLISH).packetId);
    assertEquals(2, first.expect(Packet.PUBLISH).packetId);
    Client second = client(v, "b").subscribe(filter, 2);

    first.ack(Packet.PUBACK, 1, 0x80).ack(Packet.PUBREC, 2, 0x97).expectNothing();

    first.disconnect();
    second.expectNothing();
  }

  @Test
  void aSharedSubscriptionGetsNoRetainedMessages() {
    Client client = client(Version.V5, "c").publish(own("t"), "x", 1, true);

    client.subscribe("$share/g/" + own("t"), 1).expectNothing();

    assertNull(client.connack().property(0x2A));
    client.publish(own("t"), "", 0, true);
    client.expectMessage(own("t"), "");
  }

  @BothVersions
  void aFilterOfUnsubscribeIsCheckedToo(Version version) {
    Client client = client(version, "c");

    client.send(packet(0xA2, u16(1), version.is5() ? properties() : new byte[0], "a/#/b"));

    client.expectEnd();
  }
}
