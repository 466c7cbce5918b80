package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.spillway.mqtt.PacketDecoder;
import io.spillway.mqtt.PacketEncoder;

/** PINGREQ from a client: answered behind everything that was written before. */
final class PingProcessor {
  private static final int PINGRESP_LENGTH = 2;

  void process(MqttConnection connection, ByteBuf packet) {
    PacketDecoder.decode(packet, connection.version());
    connection.send(PINGRESP_LENGTH, PacketEncoder::pingresp); // [MQTT-3.12.4-1]
  }
}
