package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.spillway.broker.session.SubscriptionRequest;
import io.spillway.mqtt.PacketDecoder;
import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicFilter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** SUBSCRIBE from a client: to its session, in the session's words. */
final class SubscribeProcessor {
  void process(MqttConnection connection, ByteBuf packet) {
    MqttSubscribeMessage subscribe =
        (MqttSubscribeMessage) PacketDecoder.decode(packet, connection.version());
    List<SubscriptionRequest> requests = new ArrayList<>();
    for (MqttTopicSubscription subscription : subscribe.payload().topicSubscriptions()) {
      connection.limits().checkTopic(subscription.topicFilter(), ReasonCode.TOPIC_FILTER_INVALID);
      requests.add(request(subscription));
    }
    int packetId = subscribe.variableHeader().messageId();
    if (connection.isMemoryTight()) {
      connection.subscribed(
          packetId, Collections.nCopies(requests.size(), ReasonCode.QUOTA_EXCEEDED));
      return;
    }
    connection
        .session()
        .subscribe(
            packetId,
            requests,
            (int)
                Properties.integer(
                    subscribe.idAndPropertiesVariableHeader().properties(),
                    MqttProperties.SUBSCRIPTION_IDENTIFIER,
                    0));
  }

  private static SubscriptionRequest request(MqttTopicSubscription subscription) {
    MqttSubscriptionOption option = subscription.option();
    return new SubscriptionRequest(
        TopicFilter.parse(subscription.topicFilter()),
        option.qos().value(),
        option.isNoLocal(),
        option.isRetainAsPublished(),
        option.retainHandling().value());
  }
}
