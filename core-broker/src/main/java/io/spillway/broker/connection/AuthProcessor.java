package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.spillway.mqtt.PacketDecoder;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ReasonCode;

/**
 * AUTH from a client. A CONNECT with an Authentication Method is refused as none is configured, so
 * no client that is connected may send one ([MQTT-4.12.0-6] leaves AUTH to those that named a
 * method).
 */
final class AuthProcessor {
  void process(MqttConnection connection, ByteBuf packet) {
    PacketDecoder.decode(packet, connection.version());
    throw new ProtocolException(
        ReasonCode.PROTOCOL_ERROR, "AUTH packet without an Authentication Method in CONNECT");
  }
}
