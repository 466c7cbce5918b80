package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.spillway.mqtt.PacketDecoder;

/** PINGREQ from a client: answered behind everything that was written before. */
final class PingProcessor {
  void process(MqttConnection connection, ByteBuf packet) {
    PacketDecoder.decode(packet, connection.version());
    connection.out().pingresp(); // [MQTT-3.12.4-1]
  }
}
