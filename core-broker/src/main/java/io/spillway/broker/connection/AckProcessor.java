package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.spillway.broker.session.Session;
import io.spillway.mqtt.AckPacket;

/** PUBACK, PUBREC, PUBREL and PUBCOMP from a client: to its session. */
final class AckProcessor {
  void process(MqttConnection connection, ByteBuf packet) {
    AckPacket ack = AckPacket.decode(packet, connection.version());
    Session session = connection.session();
    switch (ack.type()) {
      case PUBACK -> session.puback(ack.packetId(), ack.reasonCode());
      case PUBREC -> session.pubrec(ack.packetId(), ack.reasonCode());
      case PUBREL -> session.pubrel(ack.packetId(), ack.reasonCode());
      case PUBCOMP -> session.pubcomp(ack.packetId(), ack.reasonCode());
      default -> throw new IllegalStateException("not an acknowledgement: " + ack.type());
    }
  }
}
