package io.spillway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that are read into the place of the one before. */
final class BorrowedMessageTest {
  private static final int ROUNDS = 500;
  private static final long NOW = 0;

  private final RandomPackets random = new RandomPackets(5);
  private PublishPacket borrowed;

  @AfterEach
  void end() {
    if (borrowed != null) {
      borrowed.end();
    }
  }

  @Test
  void whatIsKeptStaysAsItWasWhenTheNextIsRead() {
    PassingMessage passing = borrow("a/b", "first", 0, false).message();
    Message kept = passing.kept();
    borrowed.end();

    borrow("c/d", "other", 0, false);

    assertEquals(Message.of("a/b", bytes("first"), 0, false), kept);
  }

  @Test
  void allWhoKeepItHaveTheSame() {
    PassingMessage passing = borrow("t", "x", 0, false).message();

    assertSame(passing.kept(), passing.kept());
  }

  @Test
  void eachHasAKeptFormOfItsOwn() {
    Message first = borrow("t", "1", 0, false).message().kept();
    borrowed.end();
    Message second = borrow("t", "2", 0, false).message().kept();

    assertNotSame(first, second);
    assertEquals(Message.of("t", bytes("1"), 0, false), first);
    assertEquals(Message.of("t", bytes("2"), 0, false), second);
  }

  @Test
  void afterItsEndThereIsNothingToSee() {
    PassingMessage passing = borrow("t", "x", 0, false).message();
    borrowed.end();

    assertNull(passing.topicName());
    assertThrows(NullPointerException.class, passing::kept);
    assertThrows(NullPointerException.class, () -> encoded(passing, ProtocolVersion.MQTT_5, 1));
    assertThrows(NullPointerException.class, () -> encoded(passing, ProtocolVersion.MQTT_3_1_1, 0));
  }

  @Test
  void oneThatComesWhileAnotherIsOnItsWayHasMemoryOfItsOwn() {
    PassingMessage outer = borrow("outer", "x", 0, false).message();
    PublishPacket inner =
        PublishPacket.borrow(packet("inner", "y", 0, false), ProtocolVersion.MQTT_3_1_1, null);

    assertInstanceOf(Message.class, inner.message());
    inner.end();
    assertEquals("inner", inner.message().topicName());
    assertEquals("outer", outer.topicName());
  }

  @Test
  void whatMustStayIsMadeToStay() {
    assertInstanceOf(Message.class, borrow("t", "x", 1, false).message());
    assertInstanceOf(Message.class, borrow("t", "x", 2, false).message());
    assertInstanceOf(Message.class, borrow("t", "x", 0, true).message());
    assertInstanceOf(Message.class, borrow("t", "x".repeat(5000), 0, false).message());
  }

  @Test
  void aPacketThatIsRefusedLeavesRoomForTheNext() {
    assertThrows(ProtocolException.class, () -> borrow("a/#", "x", 0, false));

    assertInstanceOf(BorrowedMessage.class, borrow("a/b", "x", 0, false).message());
  }

  @Test
  void topicAliasesAreResolvedAsForOtherMessages() {
    TopicAliases aliases = new TopicAliases(10);
    byte[] set = {0x30, 8, 0, 1, 't', 3, 0x23, 0, 7, 'x'};
    byte[] use = {0x30, 7, 0, 0, 3, 0x23, 0, 7, 'y'};
    PublishPacket.borrow(Unpooled.wrappedBuffer(set), ProtocolVersion.MQTT_5, aliases).end();

    borrowed = PublishPacket.borrow(Unpooled.wrappedBuffer(use), ProtocolVersion.MQTT_5, aliases);

    assertEquals(7, borrowed.topicAlias());
    assertEquals(
        Message.of("t", bytes("y"), 0, false).payload(), borrowed.message().kept().payload());
    assertEquals("t", borrowed.message().topicName());
  }

  @Test
  void itIsWrittenLikeAnyOther() {
    for (int i = 0; i < ROUNDS; i++) {
      ProtocolVersion from = random.version();
      ByteBuf packet = Unpooled.wrappedBuffer(Library.encode(random.publish(from), from));
      Message other = PublishPacket.decode(packet, from, new TopicAliases(10)).message().kept();
      borrowed = PublishPacket.borrow(packet, from, new TopicAliases(10));
      PassingMessage passing = borrowed.message();

      assertEquals(other.size(), passing.size());
      assertEquals(other.payloadLength(), passing.payloadLength());
      for (ProtocolVersion to : ProtocolVersion.values()) {
        for (int qos = 0; qos <= other.qos(); qos++) {
          assertEquals(encoded(other, to, qos), encoded(passing, to, qos));
        }
      }
      borrowed.end();
    }
  }

  private static ByteBuf encoded(PassingMessage message, ProtocolVersion version, int qos) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out, version, qos, false, true, 9, null, NOW);
    assertEquals(out.readableBytes(), message.encodedLength(version, qos, null, NOW));
    int[] identifiers = {5, 300};
    message.encode(out, version, qos, false, false, 9, identifiers, NOW);
    if (version.isMqtt5()) {
      message.encode(out, version, qos, false, false, 9, null, NOW, 3, false);
      message.encode(out, version, qos, false, false, 9, identifiers, NOW, 3, true);
    }
    return out;
  }

  private PublishPacket borrow(String topicName, String payload, int qos, boolean retain) {
    borrowed =
        PublishPacket.borrow(
            packet(topicName, payload, qos, retain), ProtocolVersion.MQTT_3_1_1, null);
    return borrowed;
  }

  private static ByteBuf packet(String topicName, String payload, int qos, boolean retain) {
    ByteBuf out = Unpooled.buffer();
    Message.of("x".repeat(topicName.length()), bytes(payload), qos, retain)
        .encode(out, ProtocolVersion.MQTT_3_1_1, qos, false, retain, qos, null, NOW);
    int topic = out.readableBytes() - payload.length() - (qos > 0 ? 2 : 0) - topicName.length();
    out.setCharSequence(topic, topicName, StandardCharsets.UTF_8);
    return out;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
