package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Finds the client identifier in what a client sends first, of any version of MQTT. Only the choice
 * of a core depends on it, so whatever is strange is left for the core to refuse. Stateless.
 */
final class ConnectPacket {
  /** More bytes are needed to know. */
  static final String NEED_MORE = new String("need more");

  /** There is none: it is empty, or this isn't a CONNECT packet. */
  static final String NONE = "";

  private static final int CONNECT = 0x10;
  private static final int MQTT_5 = 5;
  private static final int BRIDGE_BIT = 0x80;

  private ConnectPacket() {}

  /**
   * @param bytes unchanged afterwards
   * @return the identifier, {@link #NONE} or {@link #NEED_MORE} (the very instance)
   */
  static String clientId(ByteBuf bytes) {
    ByteBuf in = bytes.duplicate();
    try {
      if (in.readUnsignedByte() != CONNECT) {
        return NONE;
      }
      variable(in);
      in.skipBytes(in.readUnsignedShort());
      int level = in.readUnsignedByte() & ~BRIDGE_BIT;
      in.skipBytes(3); // Flags and keep alive.
      if (level == MQTT_5) {
        in.skipBytes(variable(in));
      }
      int length = in.readUnsignedShort();
      return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    } catch (IndexOutOfBoundsException e) {
      return NEED_MORE;
    }
  }

  private static int variable(ByteBuf in) {
    int value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      int b = in.readUnsignedByte();
      value |= (b & 0x7F) << shift;
      if (b < 0x80) {
        break;
      }
    }
    return value;
  }
}
