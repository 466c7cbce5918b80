package io.spillway.broker.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.PublishPacket;
import java.util.Arrays;

/**
 * Publishes as a connection does: where the message was is another when the call returns, so that
 * whoever should have kept it and didn't is found out.
 */
final class Passing {
  private static final ByteBuf OTHER = Unpooled.unreleasableBuffer(Unpooled.buffer());

  static {
    byte[] payload = new byte[4000];
    Arrays.fill(payload, (byte) 'X');
    encode(Message.of("other", payload, 0, false), OTHER);
  }

  private Passing() {}

  static void publish(Session session, Message message, int packetId, boolean dup) {
    if (message.qos() > 0 || message.retain() || message.expiresAt() != Message.NEVER) {
      session.publish(message, packetId, dup); // These are made to stay from the beginning.
      return;
    }
    ByteBuf bytes = Unpooled.buffer();
    encode(message, bytes);
    PublishPacket packet = PublishPacket.borrow(bytes, ProtocolVersion.MQTT_5, null);
    try {
      session.publish(packet.message(), packet.packetId(), packet.dup());
    } finally {
      packet.end();
      PublishPacket.borrow(OTHER, ProtocolVersion.MQTT_5, null).end();
    }
  }

  private static void encode(Message message, ByteBuf out) {
    message.encode(out, ProtocolVersion.MQTT_5, 0, false, false, 0, null, 0);
  }
}
