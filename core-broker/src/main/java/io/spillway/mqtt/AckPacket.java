package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageType;

/**
 * PUBACK, PUBREC, PUBREL or PUBCOMP from a client. Its properties (reason string, user properties)
 * are checked and left out: they are for people who debug, and go nowhere.
 */
public record AckPacket(MqttMessageType type, int packetId, ReasonCode reasonCode) {
  private static final int ID_ONLY = 4;

  /**
   * Reads the packet that fills {@code exactSlice}, whose indices stay as they are.
   *
   * @throws ProtocolException for whatever breaks the standard
   */
  public static AckPacket decode(ByteBuf exactSlice, ProtocolVersion version) {
    int first = exactSlice.getUnsignedByte(exactSlice.readerIndex());
    MqttMessageType type = MqttMessageType.valueOf(first >> 4);
    checkFlags(type, first & 0x0F, version);
    PacketReader reader = PacketReader.ofBody(exactSlice);
    int packetId = reader.packetId();
    if (!version.isMqtt5() || exactSlice.readableBytes() == ID_ONLY) {
      reader.expectEnd(type.name());
      return new AckPacket(type, packetId, ReasonCode.SUCCESS);
    }
    ReasonCode reasonCode = reasonCode(type, reader.unsignedByte("reason code"));
    if (reader.remaining() > 0) {
      PropertyReader.take(reader, Property.Place.ACKNOWLEDGEMENT).checkAll();
      reader.expectEnd(type.name());
    }
    return new AckPacket(type, packetId, reasonCode);
  }

  private static void checkFlags(MqttMessageType type, int flags, ProtocolVersion version) {
    switch (type) {
      case PUBACK, PUBREC, PUBCOMP -> PacketDecoder.checkNoFlags(type, flags, version);
      case PUBREL -> PacketDecoder.checkResendableFlags(type, flags, version); // [MQTT-3.6.1-1]
      default ->
          throw new IllegalArgumentException(
              "packet type: " + type + " (expected: PUBACK, PUBREC, PUBREL or PUBCOMP)");
    }
  }

  private static ReasonCode reasonCode(MqttMessageType type, int code) {
    ReasonCode reasonCode = ReasonCode.ofOrNull(code);
    boolean valid =
        reasonCode != null
            && switch (reasonCode) {
              case SUCCESS -> true;
              case NO_MATCHING_SUBSCRIBERS,
                  UNSPECIFIED_ERROR,
                  IMPLEMENTATION_SPECIFIC_ERROR,
                  NOT_AUTHORIZED,
                  TOPIC_NAME_INVALID,
                  PACKET_IDENTIFIER_IN_USE,
                  QUOTA_EXCEEDED,
                  PAYLOAD_FORMAT_INVALID ->
                  type == MqttMessageType.PUBACK || type == MqttMessageType.PUBREC;
              case PACKET_IDENTIFIER_NOT_FOUND ->
                  type == MqttMessageType.PUBREL || type == MqttMessageType.PUBCOMP;
              default -> false;
            };
    if (!valid) { // [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1]
      throw PacketDecoder.undefinedReasonCode(type, code);
    }
    return reasonCode;
  }
}
