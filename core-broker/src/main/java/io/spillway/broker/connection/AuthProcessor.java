package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.spillway.mqtt.PacketDecoder;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ReasonCode;

/** AUTH from a client, which only those may send that named a method in CONNECT. */
final class AuthProcessor {
  void process(MqttConnection connection, ByteBuf packet) {
    MqttMessage auth = PacketDecoder.decode(packet, connection.version());
    if (connection.enhancedLogin() == null) { // [MQTT-4.12.0-7]
      throw new ProtocolException(
          ReasonCode.PROTOCOL_ERROR, "AUTH packet without an Authentication Method in CONNECT");
    }
    var header = (MqttReasonCodeAndPropertiesVariableHeader) auth.variableHeader();
    connection
        .enhancedLogin()
        .auth(connection, ReasonCode.of(header.reasonCode() & 0xFF), header.properties());
  }
}
