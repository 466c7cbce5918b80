package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.spillway.mqtt.PacketDecoder;
import io.spillway.mqtt.TopicFilter;
import java.util.ArrayList;
import java.util.List;

/** UNSUBSCRIBE from a client: to its session. */
final class UnsubscribeProcessor {
  void process(MqttConnection connection, ByteBuf packet) {
    MqttUnsubscribeMessage unsubscribe =
        (MqttUnsubscribeMessage) PacketDecoder.decode(packet, connection.version());
    List<TopicFilter> topicFilters = new ArrayList<>();
    for (String text : unsubscribe.payload().topics()) {
      topicFilters.add(TopicFilter.parse(text));
    }
    connection.session().unsubscribe(unsubscribe.variableHeader().messageId(), topicFilters);
  }
}
