package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What the standard demands of a UTF-8 encoded string, section 1.5.4. Pure functions. */
final class Utf8 {
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long ONES = 0x0101010101010101L;

  private Utf8() {}

  /**
   * Passes well-formed UTF-8 without U+0000, of which surrogates and overlong forms are no part.
   * U+FEFF is a character like any other [MQTT-1.5.4-3].
   */
  static void check(ByteBuf in, int index, int length, String what) {
    int bad = firstBad(in, index, length, false);
    if (bad >= 0) {
      throw ProtocolException.malformed(
          what
              + ": byte 0x"
              + Integer.toHexString(in.getUnsignedByte(bad))
              + " at "
              + (bad - index)
              + " (expected: well-formed UTF-8 without U+0000)"); // [MQTT-1.5.4-1] [MQTT-1.5.4-2]
    }
  }

  /** Passes a payload that is the UTF-8 its format indicator says; U+0000 is allowed in it. */
  static void checkText(ByteBuf in, int index, int length) {
    int bad = firstBad(in, index, length, true);
    if (bad >= 0) {
      throw new ProtocolException(
          ReasonCode.PAYLOAD_FORMAT_INVALID,
          "payload: byte 0x"
              + Integer.toHexString(in.getUnsignedByte(bad))
              + " at "
              + (bad - index)
              + " (expected: UTF-8, as the payload format indicator is 1)");
    }
  }

  static String decode(ByteBuf in, int index, int length) {
    return in.toString(index, length, StandardCharsets.UTF_8);
  }

  /** The index of the first byte of the first ill-formed sequence, -1 when there is none. */
  private static int firstBad(ByteBuf in, int index, int length, boolean nullAllowed) {
    int end = index + length;
    int i = index;
    while (i < end) {
      if (end - i >= Long.BYTES && isPlain(in.getLong(i))) {
        i += Long.BYTES;
        continue;
      }
      int b = in.getByte(i);
      if (b > 0 || b == 0 && nullAllowed) {
        i++;
        continue;
      }
      int sequence = sequenceLength(in, i, end);
      if (sequence == 0) {
        return i;
      }
      i += sequence;
    }
    return -1;
  }

  /** Eight bytes of ASCII, none of them 0. */
  private static boolean isPlain(long bytes) {
    return ((bytes | bytes - ONES) & HIGH_BITS) == 0;
  }

  /** The length of the well-formed sequence of several bytes at {@code i}, 0 when it isn't one. */
  private static int sequenceLength(ByteBuf in, int i, int end) {
    int lead = in.getUnsignedByte(i);
    if (lead < 0xC2 || lead > 0xF4) {
      return 0; // U+0000, a continuation byte, an overlong form, or beyond U+10FFFF.
    }
    int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (end - i < length) {
      return 0;
    }
    int second = in.getUnsignedByte(i + 1);
    int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int k = 2; k < length; k++) {
      if ((in.getByte(i + k) & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
