package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.util.List;

/**
 * Appends the packets of a server to a buffer that the caller owns. Pure functions, any thread.
 *
 * <p>Where properties are taken they may be {@link MqttProperties#NO_PROPERTIES} and are left out
 * for 3.x. {@code maximumPacketSize} is the client's: Reason String, then User Properties are left
 * out of a packet that would exceed it ([MQTT-3.2.2-19], [MQTT-3.2.2-20] and their like).
 */
public final class PacketEncoder {
  private PacketEncoder() {}

  /** CONNACK; for 3.x the reason's return code. */
  public static void connack(
      ByteBuf out,
      ProtocolVersion version,
      boolean sessionPresent,
      ReasonCode reasonCode,
      MqttProperties properties,
      int maximumPacketSize) {
    throw new UnsupportedOperationException();
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP in its shortest form. */
  public static void ack(
      ByteBuf out,
      ProtocolVersion version,
      MqttMessageType type,
      int packetId,
      ReasonCode reasonCode) {
    throw new UnsupportedOperationException();
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP with a reason string or user properties. */
  public static void ack(
      ByteBuf out,
      ProtocolVersion version,
      MqttMessageType type,
      int packetId,
      ReasonCode reasonCode,
      MqttProperties properties,
      int maximumPacketSize) {
    throw new UnsupportedOperationException();
  }

  /** SUBACK; for 3.x every error is 0x80. */
  public static void suback(
      ByteBuf out,
      ProtocolVersion version,
      int packetId,
      List<ReasonCode> reasonCodes,
      MqttProperties properties,
      int maximumPacketSize) {
    throw new UnsupportedOperationException();
  }

  /** UNSUBACK; for 3.x without reason codes. */
  public static void unsuback(
      ByteBuf out,
      ProtocolVersion version,
      int packetId,
      List<ReasonCode> reasonCodes,
      MqttProperties properties,
      int maximumPacketSize) {
    throw new UnsupportedOperationException();
  }

  public static void pingresp(ByteBuf out) {
    throw new UnsupportedOperationException();
  }

  /** DISCONNECT; a server has none in 3.x: nothing is written then. */
  public static void disconnect(
      ByteBuf out,
      ProtocolVersion version,
      ReasonCode reasonCode,
      MqttProperties properties,
      int maximumPacketSize) {
    throw new UnsupportedOperationException();
  }

  /** AUTH, MQTT 5 only. */
  public static void auth(
      ByteBuf out, ReasonCode reasonCode, MqttProperties properties, int maximumPacketSize) {
    throw new UnsupportedOperationException();
  }
}
