package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;

/** Writes the standard's variable byte integers, section 1.5.5. Pure functions. */
final class VariableByteInteger {
  static final int LARGEST = 268_435_455;

  private VariableByteInteger() {}

  /** The bytes that hold the value, 1 to 4. */
  static int size(int value) {
    if (value < 0 || value > LARGEST) {
      throw new IllegalArgumentException(
          "variable byte integer: " + value + " (expected: 0 to " + LARGEST + ")");
    }
    return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
  }

  /** The length of a packet whose body has this many bytes. */
  static int packetLength(int remainingLength) {
    return 1 + size(remainingLength) + remainingLength;
  }

  static void write(ByteBuf out, int value) {
    int rest = value;
    while (rest > 0x7F) {
      out.writeByte(rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** Writes into an array and answers the index behind it. */
  static int put(byte[] out, int index, int value) {
    int rest = value;
    int i = index;
    while (rest > 0x7F) {
      out[i++] = (byte) (rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out[i++] = (byte) rest;
    return i;
  }
}
