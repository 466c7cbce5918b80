package io.spillway.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
  private static final byte[] PAYLOAD = "21.5".getBytes(StandardCharsets.UTF_8);

  @Test
  void propertiesAreForwardedInThePublishersOrderWithoutAliasAndExpiry() {
    byte[] packet =
        Bytes.packet(
            "32  PUBLISH, QoS 1",
            "LL",
            "00 01 61  topic name a",
            "00 07  packet identifier",
            "23  property length",
            "26 00 01 6B 00 01 31  user property k=1",
            "23 00 02  topic alias 2",
            "03 00 01 74  content type t",
            "26 00 01 6A 00 01 32  user property j=2",
            "02 00 00 00 0A  message expiry interval 10",
            "26 00 01 6B 00 01 33  user property k=3",
            "01 00  payload format indicator 0",
            "FF  payload");

    Message message = decode(packet, ProtocolVersion.MQTT_5).message().kept();
    byte[] forwarded =
        Bytes.written(
            out ->
                message
                    .withExpiresAt(10_000)
                    .encode(out, ProtocolVersion.MQTT_5, 1, false, false, 9, new int[] {5}, 2_500));

    assertArrayEquals(
        Bytes.packet(
            "32  PUBLISH, QoS 1",
            "LL",
            "00 01 61  topic name a",
            "00 09  packet identifier",
            "22  property length",
            "02 00 00 00 08  message expiry interval 8: 7.5 s are left",
            "26 00 01 6B 00 01 31  user property k=1",
            "03 00 01 74  content type t",
            "26 00 01 6A 00 01 32  user property j=2",
            "26 00 01 6B 00 01 33  user property k=3",
            "01 00  payload format indicator 0",
            "0B 05  subscription identifier 5",
            "FF  payload"),
        forwarded);
  }

  @Test
  void expiryCountsFromTheMomentOfDecoding() {
    byte[] packet =
        Bytes.packet(
            "30  PUBLISH",
            "LL",
            "00 01 61  topic name a",
            "05  property length",
            "02 FF FF FF FF  message expiry interval, the largest");
    long before = System.currentTimeMillis();

    Message message = decode(packet, ProtocolVersion.MQTT_5).message().kept();

    long interval = message.expiresAt() - 0xFFFF_FFFFL * 1000;
    assertTrue(interval >= before && interval <= System.currentTimeMillis());
    assertFalse(message.expired(before));
    assertTrue(message.expired(message.expiresAt()));
    assertNull(message.encodedQos0(ProtocolVersion.MQTT_5, false));
    assertNotNull(message.encodedQos0(ProtocolVersion.MQTT_3_1_1, false));
  }

  @Test
  void qos0PacketOfThePublishersVersionIsTheMessageItself() {
    byte[] packet = Bytes.packet("30  PUBLISH", "LL", "00 01 61  topic name a", "21 22  payload");

    Message message = decode(packet, ProtocolVersion.MQTT_3_1_1).message().kept();

    byte[] encoded = message.encodedQos0(ProtocolVersion.MQTT_3_1, false);
    assertArrayEquals(packet, encoded);
    assertSame(encoded, message.encodedQos0(ProtocolVersion.MQTT_3_1_1, false));
    assertSame(encoded, message.withQos(2).encodedQos0(ProtocolVersion.MQTT_3_1_1, false));
    byte[] other = message.encodedQos0(ProtocolVersion.MQTT_5, true);
    assertSame(other, message.encodedQos0(ProtocolVersion.MQTT_5, true));
    assertEquals("3106" + "000161" + "00" + "2122", Bytes.hex(other));
  }

  @Test
  void largePayloadIsNotKeptTwice() {
    Message message = Message.of("a", new byte[Message.SECOND_FORM_MAX], 0, false);

    assertNotNull(message.encodedQos0(ProtocolVersion.MQTT_3_1_1, false));
    assertNull(message.encodedQos0(ProtocolVersion.MQTT_3_1_1, true));
    assertNull(message.encodedQos0(ProtocolVersion.MQTT_5, false));
  }

  @Test
  void topicAliasIsSetOnceAndThenStandsForTheName() {
    Message message = Message.of("a/b", PAYLOAD, 0, false);

    byte[] first = Bytes.written(out -> encodeAliased(message, out, false));
    byte[] second = Bytes.written(out -> encodeAliased(message, out, true));
    TopicAliases aliases = new TopicAliases(3);
    PublishPacket one =
        PublishPacket.decode(Unpooled.wrappedBuffer(first), ProtocolVersion.MQTT_5, aliases);
    PublishPacket other =
        PublishPacket.decode(Unpooled.wrappedBuffer(second), ProtocolVersion.MQTT_5, aliases);

    assertEquals(first.length - 3, second.length);
    assertEquals(message, one.message());
    assertEquals(message, other.message());
    assertEquals(3, other.topicAlias());
    assertArrayEquals(
        one.message().encodedQos0(ProtocolVersion.MQTT_5, false),
        other.message().encodedQos0(ProtocolVersion.MQTT_5, false));
  }

  private static void encodeAliased(Message message, ByteBuf out, boolean topicKnown) {
    message.encode(out, ProtocolVersion.MQTT_5, 0, false, false, 0, null, 0, 3, topicKnown);
  }

  @Test
  void aliasWithoutAliasesLeavesTheTopicNameEmpty() {
    byte[] packet =
        Bytes.packet(
            "30  PUBLISH", "LL", "00 00  topic name", "03  property length", "23 00 07  alias 7");

    PublishPacket read =
        PublishPacket.decode(Unpooled.wrappedBuffer(packet), ProtocolVersion.MQTT_5);

    assertEquals("", read.message().topicName());
    assertEquals(7, read.topicAlias());
    assertEquals("x/y", read.message().kept().withTopicName("x/y").topicName());
  }

  @Test
  void refusedPacketSetsNoAlias() {
    TopicAliases aliases = new TopicAliases(3);
    byte[] refused =
        Bytes.packet(
            "30  PUBLISH",
            "LL",
            "00 01 61  topic name a",
            "05  property length",
            "23 00 01  topic alias 1",
            "01 01  payload format indicator 1",
            "FF  payload, not UTF-8");
    byte[] use =
        Bytes.packet(
            "30  PUBLISH", "LL", "00 00  topic name", "03  property length", "23 00 01  alias 1");

    assertThrows(
        ProtocolException.class,
        () ->
            PublishPacket.decode(Unpooled.wrappedBuffer(refused), ProtocolVersion.MQTT_5, aliases));
    ProtocolException unknown =
        assertThrows(
            ProtocolException.class,
            () ->
                PublishPacket.decode(Unpooled.wrappedBuffer(use), ProtocolVersion.MQTT_5, aliases));

    assertEquals(ReasonCode.PROTOCOL_ERROR, unknown.reasonCode());
  }

  @Test
  void storedFormGivesTheSameMessageBack() {
    RandomPackets random = new RandomPackets(4);
    for (int i = 0; i < 500; i++) {
      ProtocolVersion version = random.version();
      Message message =
          decode(Library.encode(random.publish(version), version), version).message().kept();

      Message loaded = Message.fromBytes(message.toBytes());

      assertEquals(message, loaded);
      assertEquals(message.hashCode(), loaded.hashCode());
      assertArrayEquals(message.toBytes(), loaded.toBytes());
    }
  }

  @Test
  void damagedStoredFormIsRefusedWithAReason() {
    byte[] stored = Message.of("a/b", PAYLOAD, 1, true).toBytes();

    for (int length = 0; length < stored.length; length++) {
      byte[] cut = Arrays.copyOf(stored, length);
      assertThrows(IllegalArgumentException.class, () -> Message.fromBytes(cut));
    }
    byte[] otherFormat = stored.clone();
    otherFormat[0] = 9;
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Message.fromBytes(otherFormat));
    assertEquals("stored message: format 9 (expected: format 1)", refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 122, 123, 124, 16_378, 16_379, 16_380, 2_097_146, 2_097_147, 2_097_148})
  void everyLengthOfTheFixedHeaderIsRight(int payloadLength) {
    Message message = Message.of("abc", new byte[payloadLength], 1, false);

    byte[] packet =
        Bytes.written(
            out -> message.encode(out, ProtocolVersion.MQTT_3_1_1, 0, false, false, 0, null, 0));

    assertEquals(
        packet.length,
        PacketCutter.length(Unpooled.wrappedBuffer(packet), PacketCutter.LARGEST_PACKET));
    assertEquals(message, decode(packet, ProtocolVersion.MQTT_3_1_1).message().kept().withQos(1));
  }

  @Test
  void builderPutsEveryPropertyIn() {
    Message message =
        Message.builder("a")
            .payload(PAYLOAD)
            .payloadFormat(1)
            .contentType("text/plain")
            .responseTopic("b")
            .correlationData(new byte[] {1, 2})
            .userProperty("k", "1")
            .userProperty("k", "2")
            .build();

    assertEquals(
        "0101"
            + "03000a746578742f706c61696e"
            + "08000162"
            + "0900020102"
            + "2600016b000131"
            + "2600016b000132",
        ByteBufUtil.hexDump(Unpooled.wrappedBuffer(message.properties())));
    assertEquals(message, Message.fromBytes(message.toBytes()));
    assertEquals(PAYLOAD.length, message.payload().remaining());
    assertTrue(message.payload().isReadOnly() && message.payloadBuf().isReadOnly());
  }

  @Test
  void builderRefusesWhatAClientMayNotSend() {
    assertThrows(ProtocolException.class, () -> Message.builder("a/#"));
    assertThrows(
        ProtocolException.class, () -> Message.builder("a").contentType("t\u0000").build());
    assertThrows(
        ProtocolException.class,
        () -> Message.builder("a").payloadFormat(1).payload(new byte[] {-1}).build());
    assertThrows(
        ProtocolException.class,
        () -> Message.builder("a").contentType("t").contentType("t").build());
  }

  @Test
  void topicNamesAreSharedByThePacketsOfAThread() {
    byte[] packet = Bytes.packet("30  PUBLISH", "LL", "00 03 61 2F 62  topic name a/b");

    assertSame(
        decode(packet, ProtocolVersion.MQTT_3_1_1).message().topicName(),
        decode(packet, ProtocolVersion.MQTT_3_1_1).message().topicName());
  }

  private static PublishPacket decode(byte[] packet, ProtocolVersion version) {
    return PublishPacket.decode(Unpooled.wrappedBuffer(packet), version, new TopicAliases(10));
  }
}
