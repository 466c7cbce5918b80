package io.spillway.conformance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A packet of the server, read without its help. Immutable. */
final class Packet {
  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int PUBREC = 5;
  static final int PUBREL = 6;
  static final int PUBCOMP = 7;
  static final int SUBACK = 9;
  static final int UNSUBACK = 11;
  static final int PINGRESP = 13;
  static final int DISCONNECT = 14;
  static final int AUTH = 15;

  /** One property; the value is a Long, a String, a byte[] or, for a pair, {@code name=value}. */
  record Property(int id, Object value) {}

  final byte[] bytes;
  final int type;
  final int flags;

  /** 0 where the packet has none. */
  int packetId;

  /** One, or one per filter; 0 where the packet leaves it out. */
  final List<Integer> reasonCodes = new ArrayList<>();

  final List<Property> properties = new ArrayList<>();
  boolean sessionPresent;
  String topic;
  String payload;

  private final ByteBuffer in;

  Packet(byte[] bytes, Version version) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes);
    int first = in.get();
    this.type = first >> 4 & 0x0F;
    this.flags = first & 0x0F;
    variable();
    switch (type) {
      case CONNACK -> {
        int acknowledgeFlags = in.get();
        if (acknowledgeFlags > 1) {
          throw new AssertionError("flags of CONNACK: " + acknowledgeFlags);
        }
        sessionPresent = acknowledgeFlags == 1;
        reasonCodes.add(in.get() & 0xFF);
        properties(version);
      }
      case PUBLISH -> {
        topic = string();
        packetId = qos() > 0 ? in.getShort() & 0xFFFF : 0;
        properties(version);
        payload = rest();
      }
      case PUBACK, PUBREC, PUBREL, PUBCOMP -> {
        packetId = in.getShort() & 0xFFFF;
        reason(version);
      }
      case SUBACK, UNSUBACK -> {
        packetId = in.getShort() & 0xFFFF;
        properties(version);
        while (in.hasRemaining()) {
          reasonCodes.add(in.get() & 0xFF);
        }
      }
      case DISCONNECT, AUTH -> reason(version);
      default -> {}
    }
    if (in.hasRemaining()) {
      throw new AssertionError("bytes behind the packet's end: " + this);
    }
  }

  int qos() {
    return flags >> 1 & 3;
  }

  boolean dup() {
    return (flags & 8) != 0;
  }

  boolean retain() {
    return (flags & 1) != 0;
  }

  int reasonCode() {
    return reasonCodes.isEmpty() ? 0 : reasonCodes.get(0);
  }

  /** The value of a property, null where there is none. */
  Object property(int id) {
    for (Property property : properties) {
      if (property.id == id) {
        return property.value;
      }
    }
    return null;
  }

  List<Object> all(int id) {
    return properties.stream().filter(p -> p.id == id).map(Property::value).toList();
  }

  private void reason(Version version) {
    reasonCodes.add(in.hasRemaining() ? in.get() & 0xFF : 0);
    if (in.hasRemaining()) {
      properties(version);
    }
  }

  private void properties(Version version) {
    if (!version.is5()) {
      return;
    }
    int end = variable();
    end += in.position();
    while (in.position() < end) {
      int id = in.get();
      properties.add(
          new Property(
              id,
              switch (id) {
                case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A -> (long) in.get();
                case 0x13, 0x21, 0x22, 0x23 -> (long) (in.getShort() & 0xFFFF);
                case 0x02, 0x11, 0x18, 0x27 -> Integer.toUnsignedLong(in.getInt());
                case 0x0B -> (long) variable();
                case 0x09, 0x16 -> binary();
                case 0x26 -> string() + "=" + string();
                default -> string();
              }));
    }
  }

  private int variable() {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      int b = in.get();
      value |= (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private byte[] binary() {
    byte[] value = new byte[in.getShort() & 0xFFFF];
    in.get(value);
    return value;
  }

  private String string() {
    return new String(binary(), StandardCharsets.UTF_8);
  }

  private String rest() {
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return new String(rest, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, 200));
  }
}
