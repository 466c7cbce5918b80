package io.spillway.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Control Packets as bytes, put together field by field so that a test can also get them wrong. */
public final class Packets {
  private Packets() {}

  /** Plain bytes from hexadecimal digits; spaces don't count. */
  public static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  /** Two bytes, big-endian. */
  public static byte[] u16(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  /** Four bytes, big-endian. */
  public static byte[] u32(long value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  /** UTF-8 without a length before it. */
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The fields one after the other: an Integer is a byte, a String is UTF-8 behind its length in
   * two bytes, a byte[] stands as it is.
   */
  public static byte[] fields(Object... fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object field : fields) {
      if (field instanceof Integer b) {
        out.write(b);
      } else if (field instanceof String text) {
        byte[] bytes = utf8(text);
        out.writeBytes(u16(bytes.length));
        out.writeBytes(bytes);
      } else {
        out.writeBytes((byte[]) field);
      }
    }
    return out.toByteArray();
  }

  /** The fields behind their length as a variable byte integer: properties. */
  public static byte[] properties(Object... fields) {
    byte[] body = fields(fields);
    return fields(variable(body.length), body);
  }

  /** A packet: its first byte, its length, its fields. */
  public static byte[] packet(int firstByte, Object... fields) {
    byte[] body = fields(fields);
    return fields(firstByte, variable(body.length), body);
  }

  public static byte[] variable(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int rest = value;
    do {
      out.write((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));
      rest >>>= 7;
    } while (rest > 0);
    return out.toByteArray();
  }

  /** 3.1.1, clean session, keep alive 60. */
  public static byte[] connect311(String clientId) {
    return connect311(clientId, 0x02, 60);
  }

  public static byte[] connect311(String clientId, int flags, int keepAlive, Object... more) {
    return packet(0x10, "MQTT", 4, flags, u16(keepAlive), clientId, fields(more));
  }

  /** MQTT 5, clean start, keep alive 60, no properties. */
  public static byte[] connect5(String clientId) {
    return connect5(clientId, 0x02, 60, properties());
  }

  public static byte[] connect5(
      String clientId, int flags, int keepAlive, byte[] properties, Object... more) {
    return packet(0x10, "MQTT", 5, flags, u16(keepAlive), properties, clientId, fields(more));
  }

  public static byte[] subscribe311(int packetId, String filter, int qos) {
    return packet(0x82, u16(packetId), filter, qos);
  }

  public static byte[] subscribe5(int packetId, String filter, int options) {
    return packet(0x82, u16(packetId), properties(), filter, options);
  }

  public static byte[] publish311(String topic, String payload) {
    return packet(0x30, topic, utf8(payload));
  }

  public static byte[] publish5(String topic, String payload) {
    return packet(0x30, topic, properties(), utf8(payload));
  }

  public static byte[] pingreq() {
    return hex("c000");
  }

  public static byte[] pingresp() {
    return hex("d000");
  }
}
