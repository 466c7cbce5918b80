package io.spillway.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A PUBLISH encoded once; only its packet identifier and the time in its payload change. */
final class PublishTemplate {
  static final int PAYLOAD_MIN = 8;

  private final byte[] head;
  private final int packetIdIndex;
  // What follows the time; shared by all packets.
  private final ByteBuf tail;

  PublishTemplate(String topicName, int qos, boolean retain, int payloadBytes, boolean webSocket) {
    byte[] topic = topicName.getBytes(StandardCharsets.UTF_8);
    int remaining = 2 + topic.length + (qos > 0 ? 2 : 0) + payloadBytes;
    ByteBuf out = Unpooled.buffer();
    Wire.header(out, webSocket, 1 + Wire.remainingLengthSize(remaining) + remaining);
    out.writeByte(0x30 | qos << 1 | (retain ? 1 : 0));
    Wire.remainingLength(out, remaining);
    out.writeShort(topic.length).writeBytes(topic);
    packetIdIndex = qos > 0 ? out.writerIndex() : -1;
    if (qos > 0) {
      out.writeShort(1);
    }
    head = new byte[out.readableBytes()];
    out.readBytes(head);
    byte[] filler = new byte[payloadBytes - PAYLOAD_MIN];
    java.util.Arrays.fill(filler, (byte) 'x');
    tail = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(filler));
  }

  /** The caller owns what it gets: one buffer, or a composite where a copy would cost. */
  ByteBuf packet(ByteBufAllocator allocator, int packetId, long time) {
    boolean small = tail.capacity() <= 4096;
    ByteBuf out = allocator.directBuffer(head.length + 8 + (small ? tail.capacity() : 0));
    out.writeBytes(head);
    if (packetIdIndex >= 0) {
      out.setShort(packetIdIndex, packetId);
    }
    out.writeLong(time);
    if (small) {
      return out.writeBytes(tail, 0, tail.capacity());
    }
    return allocator.compositeBuffer(2).addComponents(true, out, tail.duplicate());
  }
}
