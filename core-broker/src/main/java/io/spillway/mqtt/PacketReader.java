package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Reads the fields of one packet, or of a part of one, by absolute index: the buffer's own indices
 * stay as they are, and nothing beyond the end is touched. Used by one thread for one packet.
 */
final class PacketReader {
  private final ByteBuf in;
  private final int end;
  private int index;

  private PacketReader(ByteBuf in, int index, int end) {
    this.in = in;
    this.index = index;
    this.end = end;
  }

  /** Everything behind the fixed header of the packet that fills the slice. */
  static PacketReader ofBody(ByteBuf exactSlice) {
    return new PacketReader(exactSlice, bodyIndex(exactSlice), exactSlice.writerIndex());
  }

  static PacketReader of(ByteBuf in, int from, int to) {
    return new PacketReader(in, from, to);
  }

  /** Where the body starts in a slice that holds one whole packet and nothing else. */
  static int bodyIndex(ByteBuf exactSlice) {
    int length = PacketCutter.length(exactSlice, PacketCutter.LARGEST_PACKET);
    if (length != exactSlice.readableBytes()) {
      throw ProtocolException.malformed(
          "packet length: " + length + " (expected: " + exactSlice.readableBytes() + ")");
    }
    int index = exactSlice.readerIndex() + 1;
    while (exactSlice.getByte(index) < 0) {
      index++;
    }
    return index + 1;
  }

  ByteBuf in() {
    return in;
  }

  int index() {
    return index;
  }

  int remaining() {
    return end - index;
  }

  int unsignedByte(String what) {
    require(1, what);
    return in.getUnsignedByte(index++);
  }

  int unsignedShort(String what) {
    require(2, what);
    int value = in.getUnsignedShort(index);
    index += 2;
    return value;
  }

  int integer(String what) {
    require(4, what);
    int value = in.getInt(index);
    index += 4;
    return value;
  }

  int variableByteInteger(String what) {
    int value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      int b = unsignedByte(what);
      value |= (b & 0x7F) << shift;
      if (b < 0x80) {
        if (b == 0 && shift > 0) { // [MQTT-1.5.5-1]
          throw ProtocolException.malformed(
              what + ": " + value + " (expected: the fewest bytes that hold it)");
        }
        return value;
      }
    }
    throw ProtocolException.malformed(what + ": over 4 bytes (expected: at most 4)");
  }

  /** A packet identifier, which is never 0 [MQTT-2.2.1-3], [MQTT-2.2.1-4]. */
  int packetId() {
    int packetId = unsignedShort("packet identifier");
    if (packetId == 0) {
      throw ProtocolException.protocolError("packet identifier: 0 (expected: 1 to 65535)");
    }
    return packetId;
  }

  String string(String what) {
    int length = unsignedShort(what);
    require(length, what);
    Utf8.check(in, index, length, what);
    String string = Utf8.decode(in, index, length);
    index += length;
    return string;
  }

  /** Checks a string as {@link #string} does and makes none; answers its length in bytes. */
  int skipString(String what) {
    int length = unsignedShort(what);
    require(length, what);
    Utf8.check(in, index, length, what);
    index += length;
    return length;
  }

  byte[] binary(String what) {
    int length = unsignedShort(what);
    require(length, what);
    byte[] bytes = ByteBufUtil.getBytes(in, index, length);
    index += length;
    return bytes;
  }

  int skipBinary(String what) {
    int length = unsignedShort(what);
    require(length, what);
    index += length;
    return length;
  }

  /** The next {@code length} bytes as a reader of their own. */
  PacketReader part(int length, String what) {
    require(length, what);
    PacketReader part = new PacketReader(in, index, index + length);
    index += length;
    return part;
  }

  void expectEnd(String packet) {
    if (index < end) {
      throw ProtocolException.malformed(
          packet + ": " + (end - index) + " bytes behind its last field (expected: none)");
    }
  }

  private void require(int length, String what) {
    if (length > end - index) {
      throw ProtocolException.malformed(
          what + ": " + (end - index) + " bytes left in the packet (expected: " + length + ")");
    }
  }
}
