package io.spillway.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What netty-codec-mqtt writes we read alike, and what we write it reads alike. */
class OracleTest {
  private static final int ROUNDS = 1_000;
  private static final int[] NOT_FORWARDED = {
    Property.TOPIC_ALIAS.id(), Property.MESSAGE_EXPIRY_INTERVAL.id()
  };

  private final RandomPackets random = new RandomPackets(2);

  @Test
  void publishIsReadAsTheLibraryWroteIt() {
    for (int i = 0; i < ROUNDS; i++) {
      ProtocolVersion version = random.version();
      MqttPublishMessage sent = random.publish(version);
      byte[] payload = ByteBufUtil.getBytes(sent.payload());
      List<String> properties = Library.text(sent.variableHeader().properties(), NOT_FORWARDED);

      PublishPacket read =
          PublishPacket.decode(
              Unpooled.wrappedBuffer(Library.encode(sent, version)), version, aliases());

      Message message = read.message().kept();
      assertEquals(sent.variableHeader().topicName(), message.topicName());
      assertEquals(sent.fixedHeader().qosLevel().value(), message.qos());
      assertEquals(sent.fixedHeader().isRetain(), message.retain());
      assertEquals(sent.fixedHeader().isDup(), read.dup());
      assertEquals(Math.max(0, sent.variableHeader().packetId()), read.packetId());
      assertArrayEquals(payload, ByteBufUtil.getBytes(message.payloadBuf()));
      assertEquals(properties, Library.text(Library.forwarded(message)));
    }
  }

  @Test
  void publishIsWrittenSoThatTheLibraryReadsIt() {
    for (int i = 0; i < ROUNDS; i++) {
      ProtocolVersion from = random.version();
      ProtocolVersion to = random.version();
      Message message =
          PublishPacket.decode(
                  Unpooled.wrappedBuffer(Library.encode(random.publish(from), from)),
                  from,
                  aliases())
              .message()
              .kept();
      int qos = random.below(3);
      boolean dup = qos > 0 && random.below(2) == 0;
      boolean retain = random.below(2) == 0;
      int[] identifiers = random.below(2) == 0 ? null : new int[] {1, 200, 70_000};
      long now = System.currentTimeMillis();

      byte[] packet =
          Bytes.written(out -> message.encode(out, to, qos, dup, retain, 4711, identifiers, now));
      byte[] inTwo =
          Bytes.written(
              out -> {
                message.encodeHead(out, to, qos, dup, retain, 4711, identifiers, now);
                out.writeBytes(message.payloadBuf());
              });
      MqttPublishMessage read = (MqttPublishMessage) Library.decode(packet, to);

      assertEquals(packet.length, message.encodedLength(to, qos, identifiers, now));
      assertArrayEquals(packet, inTwo);
      assertEquals(message.topicName(), read.variableHeader().topicName());
      assertEquals(MqttQoS.valueOf(qos), read.fixedHeader().qosLevel());
      assertEquals(dup, read.fixedHeader().isDup());
      assertEquals(retain, read.fixedHeader().isRetain());
      assertEquals(qos == 0 ? -1 : 4711, read.variableHeader().packetId());
      assertArrayEquals(
          ByteBufUtil.getBytes(message.payloadBuf()), ByteBufUtil.getBytes(read.payload()));
      if (to.isMqtt5()) {
        assertEquals(
            Library.text(Library.forwarded(message)),
            Library.text(
                read.variableHeader().properties(),
                Property.MESSAGE_EXPIRY_INTERVAL.id(),
                Property.SUBSCRIPTION_IDENTIFIER.id()));
        assertEquals(
            identifiers == null ? 0 : identifiers.length,
            read.variableHeader()
                .properties()
                .getProperties(Property.SUBSCRIPTION_IDENTIFIER.id())
                .size());
        assertEquals(
            message.expiresAt() != Message.NEVER,
            read.variableHeader().properties().getProperty(Property.MESSAGE_EXPIRY_INTERVAL.id())
                != null);
      }
      if (qos == 0 && identifiers == null) {
        byte[] shared = message.encodedQos0(to, retain);
        assertTrue(shared == null ? to.isMqtt5() && message.expiresAt() != Message.NEVER : true);
        if (shared != null) {
          assertArrayEquals(packet, shared);
        }
      }
      read.release();
    }
  }

  @Test
  void connectIsReadAsTheLibraryWroteIt() {
    for (int i = 0; i < ROUNDS; i++) {
      ProtocolVersion version = random.version();
      MqttConnectMessage sent = random.connect(version);

      byte[] packet = Library.encode(sent, version);
      MqttConnectMessage read =
          (MqttConnectMessage) PacketDecoder.decode(Unpooled.wrappedBuffer(packet), null);

      assertEquals(version, PacketDecoder.versionOf(read));
      assertEquals(version, PacketDecoder.versionOf(Unpooled.wrappedBuffer(packet)));
      assertEquals(sent.payload().clientIdentifier(), read.payload().clientIdentifier());
      assertEquals(sent.payload().userName(), read.payload().userName());
      assertArrayEquals(sent.payload().passwordInBytes(), read.payload().passwordInBytes());
      assertEquals(
          sent.variableHeader().keepAliveTimeSeconds(),
          read.variableHeader().keepAliveTimeSeconds());
      assertEquals(sent.variableHeader().isCleanSession(), read.variableHeader().isCleanSession());
      assertEquals(
          Library.text(sent.variableHeader().properties()),
          Library.text(read.variableHeader().properties()));
      assertEquals(sent.variableHeader().isWillFlag(), read.variableHeader().isWillFlag());
      assertSameWill(sent, read);
    }
  }

  private static void assertSameWill(MqttConnectMessage sent, MqttConnectMessage read) {
    Message will = PacketDecoder.willMessage(read);
    if (!sent.variableHeader().isWillFlag()) {
      assertNull(will);
      return;
    }
    assertEquals(sent.payload().willTopic(), will.topicName());
    assertArrayEquals(sent.payload().willMessageInBytes(), ByteBufUtil.getBytes(will.payloadBuf()));
    assertEquals(sent.variableHeader().willQos(), will.qos());
    assertEquals(sent.variableHeader().isWillRetain(), will.retain());
    assertEquals(
        Library.text(
            sent.payload().willProperties(),
            Property.MESSAGE_EXPIRY_INTERVAL.id(),
            Property.WILL_DELAY_INTERVAL.id()),
        Library.text(Library.forwarded(will)));
    assertEquals(
        Library.text(sent.payload().willProperties()),
        Library.text(read.payload().willProperties()));
  }

  @Test
  void subscribeIsReadAsTheLibraryWroteIt() {
    for (int i = 0; i < ROUNDS; i++) {
      ProtocolVersion version = random.version();
      MqttSubscribeMessage sent = random.subscribe(version);

      MqttSubscribeMessage read =
          (MqttSubscribeMessage)
              PacketDecoder.decode(Unpooled.wrappedBuffer(Library.encode(sent, version)), version);

      assertEquals(sent.variableHeader().messageId(), read.variableHeader().messageId());
      assertEquals(
          sent.payload().topicSubscriptions().toString(),
          read.payload().topicSubscriptions().toString());
      assertEquals(
          Library.text(sent.idAndPropertiesVariableHeader().properties()),
          Library.text(read.idAndPropertiesVariableHeader().properties()));
    }
  }

  @Test
  void unsubscribeIsReadAsTheLibraryWroteIt() {
    for (int i = 0; i < ROUNDS; i++) {
      ProtocolVersion version = random.version();
      MqttUnsubscribeMessage sent = random.unsubscribe(version);

      MqttUnsubscribeMessage read =
          (MqttUnsubscribeMessage)
              PacketDecoder.decode(Unpooled.wrappedBuffer(Library.encode(sent, version)), version);

      assertEquals(sent.variableHeader().messageId(), read.variableHeader().messageId());
      assertEquals(sent.payload().topics(), read.payload().topics());
    }
  }

  @Test
  void disconnectAndAuthAreReadAsTheLibraryWroteThem() {
    for (int i = 0; i < ROUNDS; i++) {
      MqttMessage sent = i % 2 == 0 ? random.auth() : random.disconnect(ProtocolVersion.MQTT_5);

      MqttMessage read =
          PacketDecoder.decode(
              Unpooled.wrappedBuffer(Library.encode(sent, ProtocolVersion.MQTT_5)),
              ProtocolVersion.MQTT_5);

      MqttReasonCodeAndPropertiesVariableHeader expected =
          (MqttReasonCodeAndPropertiesVariableHeader) sent.variableHeader();
      MqttReasonCodeAndPropertiesVariableHeader found =
          (MqttReasonCodeAndPropertiesVariableHeader) read.variableHeader();
      assertEquals(sent.fixedHeader().messageType(), read.fixedHeader().messageType());
      assertEquals(expected.reasonCode(), found.reasonCode());
      assertEquals(Library.text(expected.properties()), Library.text(found.properties()));
    }
  }

  /** As many as the random packets use. */
  private static TopicAliases aliases() {
    return new TopicAliases(10);
  }
}
