package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttProperties;

/**
 * Walks over a packet's properties and checks each: known, in its place, once, of its type, in its
 * range. Used by one thread for one packet.
 */
final class PropertyReader {
  private final PacketReader reader;
  private final Property.Place place;

  /** A bit for each property identifier seen; they end at 42. */
  private long seen;

  private Property property;
  private int start;
  private int value;
  private int valueIndex;
  private int valueLength;

  private PropertyReader(PacketReader reader, Property.Place place) {
    this.reader = reader;
    this.place = place;
  }

  /** Takes the property length and what it spans from a packet's reader. */
  static PropertyReader take(PacketReader packet, Property.Place place) {
    int length = packet.variableByteInteger("property length");
    return new PropertyReader(packet.part(length, "properties"), place);
  }

  /** Over properties whose span is known. */
  static PropertyReader over(ByteBuf in, int from, int to, Property.Place place) {
    return new PropertyReader(PacketReader.of(in, from, to), place);
  }

  /** Steps to the next property and checks it; false when there is none. */
  boolean next() {
    if (reader.remaining() == 0) {
      return false;
    }
    start = reader.index();
    int id = reader.variableByteInteger("property identifier");
    property = Property.ofOrNull(id);
    if (property == null) {
      throw ProtocolException.malformed(
          "property identifier: " + id + " (expected: one of MQTT 5, table 2-4)");
    }
    if (!property.belongsTo(place)) {
      throw ProtocolException.malformed(
          "property: " + property + " (expected: one that belongs to " + place + ")");
    }
    long bit = 1L << id;
    if ((seen & bit) != 0 && property != Property.USER_PROPERTY) {
      throw ProtocolException.protocolError(property + ": twice (expected: once)");
    }
    seen |= bit;
    readValue();
    checkValue();
    return true;
  }

  /** Checks all that are left. */
  void checkAll() {
    while (next()) {
      // The step is the check.
    }
  }

  /** Reads all that are left into the library's class. Four-byte values keep their bits. */
  MqttProperties toMqttProperties() {
    if (reader.remaining() == 0) {
      return MqttProperties.NO_PROPERTIES;
    }
    MqttProperties properties = new MqttProperties();
    while (next()) {
      properties.add(
          switch (property.type()) {
            case BYTE, TWO_BYTES, FOUR_BYTES, VARIABLE_BYTE_INTEGER ->
                new MqttProperties.IntegerProperty(property.id(), value);
            case STRING -> new MqttProperties.StringProperty(property.id(), text());
            case BINARY -> new MqttProperties.BinaryProperty(property.id(), bytes());
            case STRING_PAIR -> userProperty();
          });
    }
    return properties;
  }

  Property property() {
    return property;
  }

  /** The index of the property's identifier. */
  int start() {
    return start;
  }

  /** The index behind the property. */
  int end() {
    return reader.index();
  }

  /** The number, for properties that are one. */
  int value() {
    return value;
  }

  private String text() {
    return Utf8.decode(reader.in(), valueIndex, valueLength);
  }

  private byte[] bytes() {
    byte[] bytes = new byte[valueLength];
    reader.in().getBytes(valueIndex, bytes);
    return bytes;
  }

  private MqttProperties.UserProperty userProperty() {
    PacketReader pair = PacketReader.of(reader.in(), start + 1, reader.index());
    return new MqttProperties.UserProperty(
        pair.string("user property name"), pair.string("user property value"));
  }

  private void readValue() {
    String what = property.toString();
    switch (property.type()) {
      case BYTE -> value = reader.unsignedByte(what);
      case TWO_BYTES -> value = reader.unsignedShort(what);
      case FOUR_BYTES -> value = reader.integer(what);
      case VARIABLE_BYTE_INTEGER -> value = reader.variableByteInteger(what);
      case STRING -> {
        valueLength = reader.skipString(what);
        valueIndex = reader.index() - valueLength;
      }
      case BINARY -> {
        valueLength = reader.skipBinary(what);
        valueIndex = reader.index() - valueLength;
      }
      case STRING_PAIR -> { // [MQTT-1.5.7-1]
        reader.skipString("user property name");
        reader.skipString("user property value");
      }
    }
  }

  private void checkValue() {
    switch (property) {
      case PAYLOAD_FORMAT_INDICATOR, REQUEST_PROBLEM_INFORMATION, REQUEST_RESPONSE_INFORMATION ->
          expect(value <= 1, "0 or 1");
      case RECEIVE_MAXIMUM -> expect(value > 0, "1 to 65535");
      case MAXIMUM_PACKET_SIZE -> expect(value != 0, "1 to 4294967295");
      case TOPIC_ALIAS -> {
        if (value == 0) { // [MQTT-3.3.2-8]
          throw new ProtocolException(
              ReasonCode.TOPIC_ALIAS_INVALID, "topic alias: 0 (expected: 1 to 65535)");
        }
      }
      case SUBSCRIPTION_IDENTIFIER -> {
        if (place == Property.Place.PUBLISH) { // [MQTT-3.3.4-6]
          throw ProtocolException.protocolError(
              "subscription identifier: " + value + " (expected: none in a client's PUBLISH)");
        }
        expect(value > 0, "1 to 268435455");
      }
      case SERVER_REFERENCE ->
          throw ProtocolException.protocolError(
              "server reference: " + text() + " (expected: none from a client)");
      case RESPONSE_TOPIC -> checkResponseTopic();
      default -> {}
    }
  }

  private void checkResponseTopic() {
    ByteBuf in = reader.in();
    for (int i = valueIndex; i < valueIndex + valueLength; i++) {
      byte b = in.getByte(i);
      if (b == '+' || b == '#') { // [MQTT-3.3.2-14]
        throw ProtocolException.protocolError(
            "response topic: " + text() + " (expected: no wildcard)");
      }
    }
    if (valueLength == 0) { // [MQTT-4.7.3-1]
      throw ProtocolException.protocolError("response topic: empty (expected: a topic name)");
    }
  }

  private void expect(boolean holds, String expectation) {
    if (!holds) {
      throw ProtocolException.protocolError(
          property + ": " + Integer.toUnsignedString(value) + " (expected: " + expectation + ")");
    }
  }
}
