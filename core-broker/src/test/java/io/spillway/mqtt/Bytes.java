package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageType;
import java.util.function.Consumer;

/** Packets as bytes, for the tests of this package. */
final class Bytes {
  private static final String LENGTH = "LL";

  private Bytes() {}

  /**
   * A packet from lines of hex digits, each followed by two spaces and a comment. {@code LL} stands
   * for the remaining length, which is counted.
   */
  static byte[] packet(String... fields) {
    ByteBuf head = Unpooled.buffer();
    ByteBuf body = Unpooled.buffer();
    ByteBuf current = head;
    boolean counted = false;
    for (String field : fields) {
      String hex = field.split(" {2}", 2)[0].replace(" ", "");
      if (hex.equals(LENGTH)) {
        counted = true;
        current = body;
      } else {
        current.writeBytes(ByteBufUtil.decodeHexDump(hex));
      }
    }
    if (counted) {
      VariableByteInteger.write(head, body.readableBytes());
    }
    return ByteBufUtil.getBytes(head.writeBytes(body));
  }

  static byte[] written(Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return ByteBufUtil.getBytes(out);
  }

  static String hex(byte[] bytes) {
    return ByteBufUtil.hexDump(bytes);
  }

  /** What a connection does with a packet: to the reader that its type asks for. */
  static Object decode(ByteBuf exactSlice, ProtocolVersion version) {
    MqttMessageType type = PacketDecoder.type(exactSlice);
    return switch (type) {
      case PUBLISH -> PublishPacket.decode(exactSlice, version, new TopicAliases(10));
      case PUBACK, PUBREC, PUBREL, PUBCOMP -> AckPacket.decode(exactSlice, version);
      default -> PacketDecoder.decode(exactSlice, version);
    };
  }
}
