package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * netty-codec-mqtt as the oracle: what it encodes we must read, and what we encode it must read.
 */
final class Library {
  private Library() {}

  static byte[] encode(MqttMessage message, ProtocolVersion version) {
    EmbeddedChannel channel = new EmbeddedChannel(MqttEncoder.INSTANCE);
    channel.writeOutbound(connect(version)); // Tells the encoder the version.
    ReferenceCountUtil.release(channel.readOutbound());
    channel.writeOutbound(message);
    ByteBuf out = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      out.writeBytes(part);
      part.release();
    }
    channel.finishAndReleaseAll();
    return ByteBufUtil.getBytes(out);
  }

  /** The caller releases what is reference-counted. */
  static MqttMessage decode(byte[] packet, ProtocolVersion version) {
    EmbeddedChannel channel = new EmbeddedChannel(new MqttDecoder(1 << 24));
    channel.writeInbound(Unpooled.wrappedBuffer(encode(connect(version), version)));
    ReferenceCountUtil.release(channel.readInbound());
    channel.writeInbound(Unpooled.wrappedBuffer(packet));
    MqttMessage message = channel.readInbound();
    if (message.decoderResult().isFailure()) {
      throw new AssertionError(Bytes.hex(packet), message.decoderResult().cause());
    }
    channel.finishAndReleaseAll();
    return message;
  }

  private static MqttMessage connect(ProtocolVersion version) {
    return MqttMessageBuilders.connect()
        .protocolVersion(
            switch (version) {
              case MQTT_3_1 -> MqttVersion.MQTT_3_1;
              case MQTT_3_1_1 -> MqttVersion.MQTT_3_1_1;
              case MQTT_5 -> MqttVersion.MQTT_5;
            })
        .clientId("oracle")
        .build();
  }

  /**
   * Properties in a form that can be compared, by identifier as the library has no order; left out
   * are some.
   */
  static List<String> text(MqttProperties properties, int... leftOut) {
    List<String> text = new ArrayList<>();
    for (MqttProperty<?> property : properties.listAll()) {
      boolean left = false;
      for (int id : leftOut) {
        left |= property.propertyId() == id;
      }
      if (!left) {
        text.add(property.propertyId() + "=" + text(property.value()));
      }
    }
    text.sort(null);
    return text;
  }

  private static String text(Object value) {
    if (value instanceof byte[] bytes) {
      return Bytes.hex(bytes);
    }
    if (value instanceof List<?> pairs) { // User properties, whose order counts.
      StringBuilder text = new StringBuilder();
      for (Object pair : pairs) {
        text.append(((StringPair) pair).key).append(':').append(((StringPair) pair).value);
      }
      return text.toString();
    }
    return value.toString();
  }

  /** The properties that a message forwards. */
  static MqttProperties forwarded(Message message) {
    ByteBuf bytes = Unpooled.wrappedBuffer(message.properties());
    return PropertyReader.over(bytes, 0, bytes.readableBytes(), Property.Place.PUBLISH)
        .toMqttProperties();
  }
}
