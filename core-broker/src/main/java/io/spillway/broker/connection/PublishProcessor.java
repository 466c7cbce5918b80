package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.spillway.mqtt.PublishPacket;
import io.spillway.mqtt.ReasonCode;

/** PUBLISH from a client: to its session. */
final class PublishProcessor {
  void process(MqttConnection connection, ByteBuf packet) {
    int packetLength = packet.readableBytes();
    PublishPacket publish =
        PublishPacket.borrow(packet, connection.version(), connection.topicAliases());
    try {
      connection.limits().checkTopic(publish.message().topicName(), ReasonCode.TOPIC_NAME_INVALID);
      connection.in().published(packetLength);
      connection.session().publish(publish.message(), publish.packetId(), publish.dup());
    } finally {
      publish.end();
    }
  }
}
