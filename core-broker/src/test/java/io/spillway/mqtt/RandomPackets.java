package io.spillway.mqtt;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Valid packets of clients, the same for the same seed. */
final class RandomPackets {
  private static final String LETTERS = "abcxyz09 _-é߿ࠀ€\uFEFF";
  private static final int[] PAYLOAD_LENGTHS = {
    0, 1, 7, 100, 127, 128, 300, 16_380, 16_384, 20_000
  };

  private final Random random;

  RandomPackets(long seed) {
    random = new Random(seed);
  }

  ProtocolVersion version() {
    return ProtocolVersion.values()[random.nextInt(3)];
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  String string(int lengthMax) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(lengthMax + 1); i > 0; i--) {
      if (random.nextInt(20) == 0) {
        text.appendCodePoint(0x1F30A);
      } else {
        text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
    }
    return text.toString();
  }

  String topicName() {
    StringBuilder name = new StringBuilder(random.nextInt(10) == 0 ? "$SYS" : "t");
    for (int i = random.nextInt(5); i > 0; i--) {
      name.append('/').append(string(random.nextInt(10) == 0 ? 200 : 8));
    }
    return name.toString();
  }

  String topicFilter() {
    StringBuilder filter = new StringBuilder(random.nextInt(4) == 0 ? "$share/group/" : "");
    filter.append(random.nextBoolean() ? "+" : "t");
    for (int i = random.nextInt(5); i > 0; i--) {
      filter.append('/').append(random.nextInt(3) == 0 ? "+" : string(8));
    }
    return filter.append(random.nextInt(3) == 0 ? "/#" : "").toString();
  }

  private void maybe(Runnable action) {
    if (random.nextInt(3) == 0) {
      action.run();
    }
  }

  private void number(MqttProperties to, Property property, int value) {
    to.add(new MqttProperties.IntegerProperty(property.id(), value));
  }

  private void string(MqttProperties to, Property property, String value) {
    to.add(new MqttProperties.StringProperty(property.id(), value));
  }

  private void userProperties(MqttProperties to) {
    for (int i = random.nextInt(3); i > 0; i--) {
      to.add(new MqttProperties.UserProperty(string(20), string(20)));
    }
  }

  private void messageProperties(MqttProperties to) {
    maybe(() -> number(to, Property.PAYLOAD_FORMAT_INDICATOR, 0));
    maybe(() -> number(to, Property.MESSAGE_EXPIRY_INTERVAL, random.nextInt()));
    maybe(() -> string(to, Property.CONTENT_TYPE, string(20)));
    maybe(() -> string(to, Property.RESPONSE_TOPIC, topicName()));
    maybe(
        () ->
            to.add(
                new MqttProperties.BinaryProperty(
                    Property.CORRELATION_DATA.id(), bytes(random.nextInt(20)))));
    userProperties(to);
  }

  MqttPublishMessage publish(ProtocolVersion version) {
    int qos = random.nextInt(3);
    MqttProperties properties = new MqttProperties();
    if (version.isMqtt5() && random.nextInt(4) > 0) {
      messageProperties(properties);
      maybe(() -> number(properties, Property.TOPIC_ALIAS, 1 + random.nextInt(10)));
    }
    byte[] payload = bytes(PAYLOAD_LENGTHS[random.nextInt(PAYLOAD_LENGTHS.length)]);
    return new MqttPublishMessage(
        new MqttFixedHeader(
            MqttMessageType.PUBLISH,
            qos > 0 && random.nextBoolean(),
            MqttQoS.valueOf(qos),
            random.nextBoolean(),
            0),
        new MqttPublishVariableHeader(
            topicName(), qos == 0 ? -1 : 1 + random.nextInt(65_535), properties),
        Unpooled.wrappedBuffer(payload));
  }

  MqttConnectMessage connect(ProtocolVersion version) {
    MqttProperties properties = new MqttProperties();
    MqttProperties willProperties = new MqttProperties();
    if (version.isMqtt5()) {
      maybe(() -> number(properties, Property.SESSION_EXPIRY_INTERVAL, random.nextInt()));
      maybe(() -> number(properties, Property.RECEIVE_MAXIMUM, 1 + random.nextInt(65_535)));
      maybe(() -> number(properties, Property.MAXIMUM_PACKET_SIZE, -1));
      maybe(() -> number(properties, Property.TOPIC_ALIAS_MAXIMUM, random.nextInt(65_536)));
      maybe(() -> number(properties, Property.REQUEST_RESPONSE_INFORMATION, random.nextInt(2)));
      maybe(() -> number(properties, Property.REQUEST_PROBLEM_INFORMATION, random.nextInt(2)));
      maybe(() -> string(properties, Property.AUTHENTICATION_METHOD, "SCRAM-SHA-256"));
      userProperties(properties);
      messageProperties(willProperties);
      maybe(() -> number(willProperties, Property.WILL_DELAY_INTERVAL, random.nextInt()));
    }
    boolean will = random.nextBoolean();
    MqttMessageBuilders.ConnectBuilder builder =
        MqttMessageBuilders.connect()
            .protocolVersion(
                MqttVersion.fromProtocolNameAndLevel(
                    version.protocolName(), (byte) version.level()))
            .clientId("c" + string(10))
            .cleanSession(random.nextBoolean())
            .keepAlive(random.nextInt(65_536))
            .properties(properties)
            .willFlag(will);
    if (will) {
      builder
          .willQoS(MqttQoS.valueOf(random.nextInt(3)))
          .willRetain(random.nextBoolean())
          .willTopic(topicName())
          .willMessage(bytes(random.nextInt(300)))
          .willProperties(willProperties);
    }
    if (random.nextBoolean()) {
      builder.username(string(20));
      maybe(() -> builder.password(bytes(random.nextInt(30))));
    }
    return builder.build();
  }

  MqttSubscribeMessage subscribe(ProtocolVersion version) {
    List<MqttTopicSubscription> subscriptions = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      String filter = topicFilter();
      MqttQoS qos = MqttQoS.valueOf(random.nextInt(3));
      subscriptions.add(
          new MqttTopicSubscription(
              filter,
              version.isMqtt5()
                  ? new MqttSubscriptionOption(
                      qos,
                      !filter.startsWith("$share/") && random.nextBoolean(),
                      random.nextBoolean(),
                      RetainedHandlingPolicy.valueOf(random.nextInt(3)))
                  : MqttSubscriptionOption.onlyFromQos(qos)));
    }
    MqttProperties properties = new MqttProperties();
    if (version.isMqtt5()) {
      maybe(
          () ->
              number(
                  properties,
                  Property.SUBSCRIPTION_IDENTIFIER,
                  1 + random.nextInt(VariableByteInteger.LARGEST)));
      userProperties(properties);
    }
    return new MqttSubscribeMessage(
        new MqttFixedHeader(MqttMessageType.SUBSCRIBE, false, MqttQoS.AT_LEAST_ONCE, false, 0),
        idAndProperties(properties),
        new MqttSubscribePayload(subscriptions));
  }

  MqttUnsubscribeMessage unsubscribe(ProtocolVersion version) {
    MqttProperties properties = new MqttProperties();
    if (version.isMqtt5()) {
      userProperties(properties);
    }
    return new MqttUnsubscribeMessage(
        new MqttFixedHeader(MqttMessageType.UNSUBSCRIBE, false, MqttQoS.AT_LEAST_ONCE, false, 0),
        idAndProperties(properties),
        new MqttUnsubscribePayload(
            IntStream.rangeClosed(0, random.nextInt(4)).mapToObj(i -> topicFilter()).toList()));
  }

  private MqttMessageIdAndPropertiesVariableHeader idAndProperties(MqttProperties properties) {
    return new MqttMessageIdAndPropertiesVariableHeader(1 + random.nextInt(65_535), properties);
  }

  MqttMessage disconnect(ProtocolVersion version) {
    if (!version.isMqtt5()) {
      return MqttMessage.DISCONNECT;
    }
    MqttProperties properties = new MqttProperties();
    maybe(() -> number(properties, Property.SESSION_EXPIRY_INTERVAL, random.nextInt()));
    maybe(() -> string(properties, Property.REASON_STRING, string(20)));
    userProperties(properties);
    return new MqttMessage(
        new MqttFixedHeader(MqttMessageType.DISCONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0),
        new MqttReasonCodeAndPropertiesVariableHeader(
            (byte) (random.nextBoolean() ? 4 : 0), properties));
  }

  MqttMessage auth() {
    MqttProperties properties = new MqttProperties();
    string(properties, Property.AUTHENTICATION_METHOD, string(20));
    properties.add(
        new MqttProperties.BinaryProperty(Property.AUTHENTICATION_DATA.id(), bytes(below(30))));
    userProperties(properties);
    return new MqttMessage(
        new MqttFixedHeader(MqttMessageType.AUTH, false, MqttQoS.AT_MOST_ONCE, false, 0),
        new MqttReasonCodeAndPropertiesVariableHeader((byte) 0x18, properties));
  }

  /** Any of a client's packets, encoded by the library. */
  byte[] any(ProtocolVersion version) {
    MqttMessage message =
        switch (random.nextInt(8)) {
          case 0 -> connect(version);
          case 1 -> subscribe(version);
          case 2 -> unsubscribe(version);
          case 3 -> disconnect(version);
          case 4 -> version.isMqtt5() ? auth() : MqttMessage.PINGREQ;
          case 5 -> acknowledgement();
          default -> publish(version);
        };
    return Library.encode(message, version);
  }

  private MqttMessage acknowledgement() {
    int type = 4 + random.nextInt(4);
    return new MqttMessage(
        new MqttFixedHeader(
            MqttMessageType.valueOf(type),
            false,
            type == 6 ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE,
            false,
            0),
        MqttMessageIdVariableHeader.from(1 + random.nextInt(65_535)));
  }
}
