package io.spillway.conformance;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.hex;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.u32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Wills: 3.1.2.5 to 3.1.2.7 and 3.1.3.2 to 3.1.3.4. */
public abstract class WillChapter extends Chapter {
  protected WillChapter(Supplier<Server> servers) {
    super(servers);
  }

  private Connect mortal(Version version, int qos, boolean retain, Object... properties) {
    return connect(version, "mortal").will(own("will"), "gone", qos, retain, properties);
  }

  @BothVersions
  @Statement(
      v5 = {"3.1.2-7", "3.1.2-8", "3.1.2-14"},
      v311 = {"3.1.2-8", "3.1.2-16"})
  void aWillIsPublishedWhenTheConnectionIsLost(Version version) {
    for (int qos = 0; qos <= 2; qos++) {
      Client watcher = client(version, "w" + qos).subscribe(own("will"), 2);
      Client client = client(mortal(version, qos, false), version);
      watcher.expectNothing();

      client.close();

      Packet will = watcher.expectMessage(own("will"), "gone");
      assertEquals(qos, will.qos());
      watcher.disconnect();
    }
    client(version, "late").subscribe(own("will"), 2).expectNothing(); // It isn't retained.
  }

  @BothVersions
  @Statement(v5 = "3.1.2-15", v311 = "3.1.2-17")
  void aRetainedWillIsRetained(Version version) {
    Client watcher = client(version, "w").subscribe(own("will"), 0);

    client(mortal(version, 1, true), version).close();

    assertFalse(watcher.expectMessage(own("will"), "gone").retain());
    Packet retained = client(version, "l").subscribe(own("will"), 0).expect(Packet.PUBLISH);
    assertTrue(retained.retain());
    watcher.publish(own("will"), "", 0, true);
  }

  @BothVersions
  @Statement(
      v5 = {"3.1.2-10", "3.14.4-3"},
      v311 = {"3.1.2-10", "3.1.2-12", "3.14.4-3"})
  void aGoodbyeTakesTheWillAlong(Version version) {
    Client watcher = client(version, "w").subscribe(own("will"), 0);

    client(mortal(version, 0, false), version).disconnect();
    client(version, "no will").close();

    watcher.expectNothing();
    // Nor does it come when the same client goes again, without one.
    client(connect(version, "mortal"), version).close();
    watcher.expectNothing();
  }

  @BothVersions
  @Statement(v5 = "3.1.2-10", v311 = "3.1.2-10")
  void aWillIsPublishedOnce(Version version) {
    Client watcher = client(version, "w").subscribe(own("will"), 0);
    client(mortal(version, 0, false).resuming(), version).close();
    watcher.expectMessage(own("will"), "gone");

    client(connect(version, "mortal").resuming(), version).close();

    watcher.expectNothing();
  }

  @BothVersions
  @Statement(v5 = "3.1.2-8", v311 = "3.1.2-8")
  void anErrorOfTheClientAndATakeOverPublishTheWill(Version version) {
    Client watcher = client(version, "w").subscribe(own("will"), 0);

    client(mortal(version, 0, false), version).send(hex("00 00")).expectEnd(0x81);
    watcher.expectMessage(own("will"), "gone");

    Client old = client(mortal(version, 0, false), version);
    client(connect(version, "mortal"), version);
    old.expectEnd(0x8E);
    watcher.expectMessage(own("will"), "gone");
  }

  @Test
  @Statement(v5 = {"3.1.2-8"})
  void aDisconnectMayAskForTheWill() {
    Client watcher = client(Version.V5, "w").subscribe(own("will"), 0);

    client(mortal(Version.V5, 0, false), Version.V5).send(hex("e0 01 04")).expectClosed();

    watcher.expectMessage(own("will"), "gone");
  }

  @Test
  @Statement(v5 = {"3.1.3-9", "3.1.2-8"})
  void aDelayedWillIsHeldBackWhileItsClientMayReturn() {
    Version v = Version.V5;
    Client watcher = client(v, "w").subscribe(own("will"), 0);
    client(mortal(v, 0, false, 0x18, u32(6)).expiry(300), v).close();
    watcher.expectNothing();

    Client back = client(connect(v, "mortal").resuming(), v);
    assertTrue(back.connack().sessionPresent);
    back.disconnect();
    // The other client's will, with the same delay, comes; this one's would have come before.
    client(connect(v, "other").will(own("will"), "other", 0, false, 0x18, u32(6)).expiry(300), v)
        .close();

    watcher.expectMessage(own("will"), "other");
  }

  @Test
  @Statement(v5 = {"3.1.2-8"})
  void aDelayedWillComesAtTheLatestWhenTheSessionEnds() {
    Version v = Version.V5;
    Client watcher = client(v, "w").subscribe(own("will"), 0);

    client(mortal(v, 0, false, 0x18, u32(60)), v).close();
    watcher.expectMessage(own("will"), "gone");

    client(mortal(v, 0, false, 0x18, u32(60)).expiry(300), v).close();
    watcher.expectNothing();
    client(connect(v, "mortal"), v); // A clean start ends the old session.
    watcher.expectMessage(own("will"), "gone");
  }

  @Test
  @Statement(v5 = {"3.1.3-10", "3.3.2-4", "3.3.2-15", "3.3.2-16", "3.3.2-17", "3.3.2-20"})
  void aWillHasItsProperties() {
    Version v = Version.V5;
    Client watcher = client(v, "w").subscribe(own("will"), 0);
    byte[] properties =
        fields(
            fields(0x01, 1, 0x02, u32(100), 0x03, "text", 0x08, "answer/here"),
            fields(0x09, fields("id"), 0x26, fields("b", "1"), 0x26, fields("a", "2")),
            fields(0x26, fields("b", "1")));

    client(mortal(v, 0, false, properties), v).close();

    Packet will = watcher.expectMessage(own("will"), "gone");
    assertEquals(1L, will.property(0x01));
    assertEquals(100L, will.property(0x02));
    assertEquals("text", will.property(0x03));
    assertEquals("answer/here", will.property(0x08));
    assertArrayEquals(new byte[] {'i', 'd'}, (byte[]) will.property(0x09));
    assertEquals(List.of("b=1", "a=2", "b=1"), will.all(0x26));
  }

  @BothVersions
  @Statement(
      v5 = {"3.1.3-11", "4.7.0-1"},
      v311 = {"3.1.3-10", "4.7.1-1"})
  void aWillTopicHasNoWildcards(Version version) {
    for (String topic : List.of("a/#", "+/b", "")) {
      byte[] connect = connect(version, "c").will(topic, "x", 0, false).bytes();
      if (version.is5()) {
        Client client = open(version).send(connect);
        assertTrue(client.expect(Packet.CONNACK).reasonCode() >= 0x80);
        client.expectClosed();
      } else {
        open(version).send(connect).expectClosed();
      }
    }
  }

  @Test
  @Statement(v5 = {"3.14.2-2", "3.14.2-1", "3.14.4-1", "3.14.4-2"})
  void aSessionMayBeLengthenedOrEndedByDisconnect() {
    Version v = Version.V5;
    client(connect(v, "c").expiry(300), v).send(packet(0xE0, 0x00, 5, 0x11, u32(0))).expectClosed();
    Client back = client(connect(v, "c").notClean(), v);
    assertFalse(back.connack().sessionPresent);

    // From none at all it can't be raised.
    back.send(packet(0xE0, 0x00, 5, 0x11, u32(60)));
    Packet disconnect = back.expect(Packet.DISCONNECT);
    assertEquals(0x82, disconnect.reasonCode());
    assertEquals(null, disconnect.property(0x11));
    back.expectClosed();
  }
}
