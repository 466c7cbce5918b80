package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperties;
import java.util.List;

/**
 * Appends the packets of a server to a buffer that the caller owns. Pure functions, any thread.
 *
 * <p>Where properties are taken they may be {@link MqttProperties#NO_PROPERTIES} and are left out
 * for 3.x. {@code maximumPacketSize} is the client's: Reason String, then User Properties are left
 * out of a packet that would exceed it ([MQTT-3.2.2-19], [MQTT-3.2.2-20] and their like).
 */
public final class PacketEncoder {
  private static final int PUBREL_FLAGS = 0x02;

  private PacketEncoder() {}

  /** CONNACK; for 3.x the reason's return code. */
  public static void connack(
      ByteBuf out,
      ProtocolVersion version,
      boolean sessionPresent,
      ReasonCode reasonCode,
      MqttProperties properties,
      int maximumPacketSize) {
    int flags = sessionPresent && !reasonCode.isError() ? 1 : 0; // [MQTT-3.2.2-6]
    if (!version.isMqtt5()) {
      // MQTT 3.1 reserves the byte of the flags.
      writeHead(out, MqttMessageType.CONNACK, 0, 2);
      out.writeByte(version == ProtocolVersion.MQTT_3_1 ? 0 : flags);
      out.writeByte(reasonCode.connectReturnCode());
      return;
    }
    Properties fitting = Properties.fitting(properties, 2, maximumPacketSize);
    writeHead(out, MqttMessageType.CONNACK, 0, 2 + fitting.size());
    out.writeByte(flags);
    out.writeByte(reasonCode.code());
    fitting.write(out);
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP in its shortest form; for 3.x there is no reason code. */
  public static void ack(
      ByteBuf out,
      ProtocolVersion version,
      MqttMessageType type,
      int packetId,
      ReasonCode reasonCode) {
    int flags = type == MqttMessageType.PUBREL ? PUBREL_FLAGS : 0; // [MQTT-3.6.1-1]
    boolean reasoned = version.isMqtt5() && reasonCode != ReasonCode.SUCCESS;
    writeHead(out, type, flags, reasoned ? 3 : 2);
    out.writeShort(packetId);
    if (reasoned) {
      out.writeByte(reasonCode.code());
    }
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
    Properties fitting =
        version.isMqtt5() ? Properties.fitting(properties, 3, maximumPacketSize) : Properties.NONE;
    if (fitting.isEmpty()) {
      ack(out, version, type, packetId, reasonCode);
      return;
    }
    int flags = type == MqttMessageType.PUBREL ? PUBREL_FLAGS : 0;
    writeHead(out, type, flags, 3 + fitting.size());
    out.writeShort(packetId);
    out.writeByte(reasonCode.code());
    fitting.write(out);
  }

  /** SUBACK; for 3.x every error is 0x80. */
  public static void suback(
      ByteBuf out,
      ProtocolVersion version,
      int packetId,
      List<ReasonCode> reasonCodes,
      MqttProperties properties,
      int maximumPacketSize) {
    if (version.isMqtt5()) {
      acknowledgeFilters(
          out, MqttMessageType.SUBACK, packetId, reasonCodes, properties, maximumPacketSize);
      return;
    }
    writeHead(out, MqttMessageType.SUBACK, 0, 2 + reasonCodes.size());
    out.writeShort(packetId);
    for (ReasonCode reasonCode : reasonCodes) {
      out.writeByte(reasonCode.isError() ? ReasonCode.UNSPECIFIED_ERROR.code() : reasonCode.code());
    }
  }

  /** UNSUBACK; for 3.x without reason codes. */
  public static void unsuback(
      ByteBuf out,
      ProtocolVersion version,
      int packetId,
      List<ReasonCode> reasonCodes,
      MqttProperties properties,
      int maximumPacketSize) {
    if (version.isMqtt5()) {
      acknowledgeFilters(
          out, MqttMessageType.UNSUBACK, packetId, reasonCodes, properties, maximumPacketSize);
      return;
    }
    writeHead(out, MqttMessageType.UNSUBACK, 0, 2);
    out.writeShort(packetId);
  }

  private static void acknowledgeFilters(
      ByteBuf out,
      MqttMessageType type,
      int packetId,
      List<ReasonCode> reasonCodes,
      MqttProperties properties,
      int maximumPacketSize) {
    int fixed = 2 + reasonCodes.size();
    Properties fitting = Properties.fitting(properties, fixed, maximumPacketSize);
    writeHead(out, type, 0, fixed + fitting.size());
    out.writeShort(packetId);
    fitting.write(out);
    for (ReasonCode reasonCode : reasonCodes) { // [MQTT-3.9.3-1] [MQTT-3.11.3-1]
      out.writeByte(reasonCode.code());
    }
  }

  public static void pingresp(ByteBuf out) {
    writeHead(out, MqttMessageType.PINGRESP, 0, 0);
  }

  /** DISCONNECT; a server has none in 3.x: nothing is written then. */
  public static void disconnect(
      ByteBuf out,
      ProtocolVersion version,
      ReasonCode reasonCode,
      MqttProperties properties,
      int maximumPacketSize) {
    if (version.isMqtt5()) {
      writeReasoned(out, MqttMessageType.DISCONNECT, reasonCode, properties, maximumPacketSize);
    }
  }

  /** AUTH, MQTT 5 only. */
  public static void auth(
      ByteBuf out, ReasonCode reasonCode, MqttProperties properties, int maximumPacketSize) {
    writeReasoned(out, MqttMessageType.AUTH, reasonCode, properties, maximumPacketSize);
  }

  private static void writeReasoned(
      ByteBuf out,
      MqttMessageType type,
      ReasonCode reasonCode,
      MqttProperties properties,
      int maximumPacketSize) {
    Properties fitting = Properties.fitting(properties, 1, maximumPacketSize);
    if (!fitting.isEmpty()) {
      writeHead(out, type, 0, 1 + fitting.size());
      out.writeByte(reasonCode.code());
      fitting.write(out);
    } else if (reasonCode == ReasonCode.SUCCESS) {
      writeHead(out, type, 0, 0);
    } else if (type == MqttMessageType.DISCONNECT) {
      writeHead(out, type, 0, 1);
      out.writeByte(reasonCode.code());
    } else { // AUTH has no form with a reason code and without a property length.
      writeHead(out, type, 0, 2);
      out.writeByte(reasonCode.code());
      out.writeByte(0);
    }
  }

  private static void writeHead(ByteBuf out, MqttMessageType type, int flags, int remaining) {
    out.ensureWritable(VariableByteInteger.packetLength(remaining));
    out.writeByte(type.value() << 4 | flags);
    VariableByteInteger.write(out, remaining);
  }

  /** A packet's properties, as many as fit. */
  private record Properties(
      MqttProperties all, boolean reasonString, boolean userProperties, int length) {
    static final Properties NONE = new Properties(MqttProperties.NO_PROPERTIES, false, false, 0);

    /** Those that fit into a packet whose body has {@code fixed} bytes beside them. */
    static Properties fitting(MqttProperties all, int fixed, int maximumPacketSize) {
      if (all.isEmpty()) {
        return NONE;
      }
      Properties whole = of(all, true, true);
      if (whole.fits(fixed, maximumPacketSize)) {
        return whole;
      }
      Properties silent = of(all, false, true);
      return silent.fits(fixed, maximumPacketSize) ? silent : of(all, false, false);
    }

    private static Properties of(MqttProperties all, boolean reasonString, boolean userProperties) {
      Properties unsized = new Properties(all, reasonString, userProperties, 0);
      int length = 0;
      for (MqttProperty<?> property : all.listAll()) {
        if (unsized.has(property)) {
          length += sizeOf(property);
        }
      }
      return new Properties(all, reasonString, userProperties, length);
    }

    private boolean fits(int fixed, int maximumPacketSize) {
      return VariableByteInteger.packetLength(fixed + size()) <= maximumPacketSize;
    }

    private boolean has(MqttProperty<?> property) {
      int id = property.propertyId();
      return id == Property.REASON_STRING.id()
          ? reasonString
          : id != Property.USER_PROPERTY.id() || userProperties;
    }

    boolean isEmpty() {
      return length == 0;
    }

    /** With the property length before them. */
    int size() {
      return VariableByteInteger.size(length) + length;
    }

    void write(ByteBuf out) {
      VariableByteInteger.write(out, length);
      for (MqttProperty<?> property : all.listAll()) {
        if (has(property)) {
          write(out, property);
        }
      }
    }

    private static int sizeOf(MqttProperty<?> property) {
      return switch (Property.ofOrNull(property.propertyId()).type()) {
        case BYTE -> 2;
        case TWO_BYTES -> 3;
        case FOUR_BYTES -> 5;
        case VARIABLE_BYTE_INTEGER -> 1 + VariableByteInteger.size((Integer) property.value());
        case STRING -> 1 + sizeOf((String) property.value());
        case BINARY -> 1 + 2 + ((byte[]) property.value()).length;
        case STRING_PAIR -> {
          int size = 0;
          for (StringPair pair : ((UserProperties) property).value()) {
            size += 1 + sizeOf(pair.key) + sizeOf(pair.value);
          }
          yield size;
        }
      };
    }

    private static int sizeOf(String string) {
      int length = ByteBufUtil.utf8Bytes(string);
      if (length > TopicName.BYTES_MAX) {
        throw new IllegalArgumentException(
            "property: " + length + " bytes (expected: <= " + TopicName.BYTES_MAX + ")");
      }
      return 2 + length;
    }

    private static void write(ByteBuf out, MqttProperty<?> property) {
      Property kind = Property.ofOrNull(property.propertyId());
      if (kind == Property.USER_PROPERTY) {
        for (StringPair pair : ((UserProperties) property).value()) {
          out.writeByte(kind.id());
          writeString(out, pair.key);
          writeString(out, pair.value);
        }
        return;
      }
      out.writeByte(kind.id());
      switch (kind.type()) {
        case BYTE -> out.writeByte((Integer) property.value());
        case TWO_BYTES -> out.writeShort((Integer) property.value());
        case FOUR_BYTES -> out.writeInt((Integer) property.value());
        case VARIABLE_BYTE_INTEGER -> VariableByteInteger.write(out, (Integer) property.value());
        case STRING -> writeString(out, (String) property.value());
        case BINARY -> {
          byte[] bytes = (byte[]) property.value();
          out.writeShort(bytes.length);
          out.writeBytes(bytes);
        }
        case STRING_PAIR -> throw new IllegalStateException("written above");
      }
    }

    private static void writeString(ByteBuf out, String string) {
      out.writeShort(ByteBufUtil.utf8Bytes(string));
      ByteBufUtil.writeUtf8(out, string);
    }
  }
}
