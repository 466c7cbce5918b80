package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.spillway.mqtt.PacketDecoder;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ReasonCode;

/** DISCONNECT from a client: the orderly end. */
final class DisconnectProcessor {
  private static final long NOT_NAMED = -1;

  private final ConnectionLimits limits;

  DisconnectProcessor(ConnectionLimits limits) {
    this.limits = limits;
  }

  void process(MqttConnection connection, ByteBuf packet) {
    MqttMessage disconnect = PacketDecoder.decode(packet, connection.version());
    if (connection.phase() != Phase.CONNECTED) {
      connection.givenUp();
      return;
    }
    ReasonCode reasonCode = ReasonCode.NORMAL_DISCONNECTION;
    long sessionExpiry = NOT_NAMED;
    if (disconnect.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
      reasonCode = ReasonCode.of(header.reasonCode() & 0xFF);
      sessionExpiry =
          Properties.integer(
              header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL, NOT_NAMED);
    }
    if (sessionExpiry > 0 && connection.sessionExpiry() == 0) { // [MQTT-3.14.2-2]
      throw new ProtocolException(
          ReasonCode.PROTOCOL_ERROR,
          "session expiry interval in DISCONNECT: "
              + sessionExpiry
              + " (expected: 0, as it was in CONNECT)");
    }
    connection.disconnectedByClient(
        reasonCode, Math.min(sessionExpiry, limits.sessionExpiryMaximum()));
  }
}
