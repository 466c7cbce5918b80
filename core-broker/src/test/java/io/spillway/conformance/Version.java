package io.spillway.conformance;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;

/** What differs between the versions' packets as a client sends them. */
public enum Version {
  V3_1("MQIsdp", 3),
  V3_1_1("MQTT", 4),
  V5("MQTT", 5);

  final String protocolName;
  final int level;

  Version(String protocolName, int level) {
    this.protocolName = protocolName;
    this.level = level;
  }

  boolean is5() {
    return this == V5;
  }

  /** The properties in MQTT 5, nothing before. */
  byte[] props(Object... fields) {
    return is5() ? properties(fields) : new byte[0];
  }

  byte[] subscribe(int packetId, Object... filtersAndOptions) {
    return packet(0x82, u16(packetId), props(), fields(filtersAndOptions));
  }

  byte[] unsubscribe(int packetId, String... filters) {
    return packet(0xA2, u16(packetId), props(), fields((Object[]) filters));
  }

  /**
   * {@code flags} are DUP, QoS and RETAIN as in the first byte; the identifier counts with a QoS.
   */
  byte[] publish(int flags, String topic, int packetId, String payload) {
    return publish(flags, topic, packetId, props(), payload);
  }

  byte[] publish(int flags, String topic, int packetId, byte[] props, String payload) {
    byte[] id = (flags & 0x06) == 0 ? new byte[0] : u16(packetId);
    return packet(0x30 | flags, topic, id, props, utf8(payload));
  }
}
