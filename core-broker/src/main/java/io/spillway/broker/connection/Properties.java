package io.spillway.broker.connection;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;

/** Reads and makes properties of MQTT 5 in the library's form. */
final class Properties {
  private Properties() {}

  /** Unsigned; {@code absent} where there is no such property. */
  static long integer(MqttProperties properties, int id, long absent) {
    MqttProperty<?> property = properties.getProperty(id);
    return property == null ? absent : Integer.toUnsignedLong((Integer) property.value());
  }

  /** Null where there is no such property. */
  static String text(MqttProperties properties, int id) {
    MqttProperty<?> property = properties.getProperty(id);
    return property == null ? null : (String) property.value();
  }

  /** Null where there is no such property. */
  static byte[] binary(MqttProperties properties, int id) {
    MqttProperty<?> property = properties.getProperty(id);
    return property == null ? null : (byte[]) property.value();
  }

  static boolean has(MqttProperties properties, int id) {
    return properties.getProperty(id) != null;
  }

  static void add(MqttProperties properties, int id, long value) {
    properties.add(new IntegerProperty(id, (int) value));
  }

  static void add(MqttProperties properties, int id, String value) {
    properties.add(new StringProperty(id, value));
  }

  static void add(MqttProperties properties, int id, byte[] value) {
    properties.add(new BinaryProperty(id, value));
  }

  /** A Reason String alone, or no property for no text. */
  static MqttProperties reason(String text) {
    if (text == null || text.isEmpty()) {
      return MqttProperties.NO_PROPERTIES;
    }
    MqttProperties properties = new MqttProperties();
    add(properties, MqttProperties.REASON_STRING, text);
    return properties;
  }
}
