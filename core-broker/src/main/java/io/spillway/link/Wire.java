package io.spillway.link;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The specification's basic types: varint, list step, string, address. Pure functions. Reading
 * throws {@link LinkException} for anything that isn't as specified, never another exception.
 */
final class Wire {
  private Wire() {}

  static void need(ByteBuf in, int bytes, String what) {
    if (in.readableBytes() < bytes) {
      throw LinkException.protocolError(
          what + ": cut off, " + in.readableBytes() + " bytes (expected: " + bytes + ")");
    }
  }

  static void end(ByteBuf in, String what) {
    if (in.isReadable()) {
      throw LinkException.protocolError(
          what + ": " + in.readableBytes() + " bytes too many (expected: none)");
    }
  }

  static int u8(ByteBuf in, String what) {
    need(in, 1, what);
    return in.readUnsignedByte();
  }

  static int u16(ByteBuf in, String what) {
    need(in, 2, what);
    return in.readUnsignedShort();
  }

  /** A u32 that has to fit 31 bits, as all of the protocol's do. */
  static int u31(ByteBuf in, String what) {
    need(in, 4, what);
    int value = in.readInt();
    if (value < 0) {
      throw LinkException.protocolError(
          what + ": " + (value & 0xffff_ffffL) + " (expected: < 2^31)");
    }
    return value;
  }

  static long u63(ByteBuf in, String what) {
    need(in, 8, what);
    long value = in.readLong();
    if (value < 0) {
      throw LinkException.protocolError(what + ": above 2^63-1 (expected: less)");
    }
    return value;
  }

  static void writeVarint(ByteBuf out, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.writeByte(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  static int varint(ByteBuf in, String what) {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = u8(in, what);
      if (shift == 28 && next > 0x0f) {
        break;
      }
      value |= (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw LinkException.protocolError(what + ": varint above 32 bits (expected: fewer)");
  }

  /** How many entries a list has, of which each takes at least so many bytes. */
  static int count(ByteBuf in, int entryBytesMin, String what) {
    int count = varint(in, what);
    if (count < 0 || count > in.readableBytes() / entryBytesMin) {
      throw LinkException.protocolError(
          what
              + ": "
              + (count & 0xffff_ffffL)
              + " (expected: at most "
              + in.readableBytes() / entryBytesMin
              + " in what is left)");
    }
    return count;
  }

  /** The step from one stream's number to the next in a list, positive and negative by turns. */
  static void writeStep(ByteBuf out, int previous, int next) {
    int step = next - previous;
    writeVarint(out, step << 1 ^ step >> 31);
  }

  static int step(ByteBuf in, int previous, String what) {
    int coded = varint(in, what);
    return previous + (coded >>> 1 ^ -(coded & 1));
  }

  static void writeString8(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 255) {
      throw new IllegalArgumentException(
          "text of " + bytes.length + " bytes (expected: at most 255)");
    }
    out.writeByte(bytes.length);
    out.writeBytes(bytes);
  }

  static String string8(ByteBuf in, String what) {
    return utf8(in, u8(in, what), what);
  }

  static void writeString16(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 65_535) {
      throw new IllegalArgumentException(
          "text of " + bytes.length + " bytes (expected: at most 65535)");
    }
    out.writeShort(bytes.length);
    out.writeBytes(bytes);
  }

  static String string16(ByteBuf in, String what) {
    return utf8(in, u16(in, what), what);
  }

  static String utf8(ByteBuf in, int length, String what) {
    need(in, length, what);
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw LinkException.protocolError(what + ": not UTF-8 (expected: UTF-8)");
    }
  }

  /**
   * The longest beginning of a text that is at most so many bytes of UTF-8, as whole characters.
   */
  static String cut(String text, int bytesMax) {
    ByteBuffer bytes = ByteBuffer.allocate(bytesMax);
    CharBuffer chars = CharBuffer.wrap(text);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .onUnmappableCharacter(CodingErrorAction.REPLACE)
        .encode(chars, bytes, true);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  /** An address: its length in bytes (4 or 16), the bytes, u16 port. */
  static void writeAddress(ByteBuf out, InetSocketAddress address) {
    byte[] bytes = address.getAddress().getAddress();
    out.writeByte(bytes.length);
    out.writeBytes(bytes);
    out.writeShort(address.getPort());
  }

  static InetSocketAddress address(ByteBuf in, String what) {
    int length = u8(in, what);
    if (length != 4 && length != 16) {
      throw LinkException.protocolError(
          what + ": address of " + length + " bytes (expected: 4 or 16)");
    }
    need(in, length, what);
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    int port = u16(in, what);
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("the length was checked", e);
    }
  }
}
