package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.spillway.mqtt.PublishPacket;

/** PUBLISH from a client: to its session. */
final class PublishProcessor {
  void process(MqttConnection connection, ByteBuf packet) {
    PublishPacket publish =
        PublishPacket.decode(packet, connection.version(), connection.topicAliases());
    connection.session().publish(publish.message(), publish.packetId(), publish.dup());
  }
}
