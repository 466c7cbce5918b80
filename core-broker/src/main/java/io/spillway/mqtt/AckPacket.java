package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageType;

/**
 * PUBACK, PUBREC, PUBREL or PUBCOMP from a client. Its properties (reason string, user properties)
 * are checked and left out: they are for people who debug, and go nowhere.
 */
public record AckPacket(MqttMessageType type, int packetId, ReasonCode reasonCode) {
  /** Reads the packet that fills {@code exactSlice}, whose indices stay as they are. */
  public static AckPacket decode(ByteBuf exactSlice, ProtocolVersion version) {
    throw new UnsupportedOperationException();
  }
}
