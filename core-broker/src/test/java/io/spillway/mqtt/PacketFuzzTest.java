package io.spillway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, the answer is a packet or a ProtocolException, and only from them. */
class PacketFuzzTest {
  private static final int ROUNDS = 30_000;

  private final RandomPackets random = new RandomPackets(3);

  /** Outside the heap, as a socket's bytes are, and not leak-checked, which would take minutes. */
  private final ByteBuf amid = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(1 << 16));

  @Test
  void randomBytesAreReadOrRefused() {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] body = random.bytes(random.below(40));
      int first = random.below(256);
      tryPacket(withLength(first, body), random.version());
    }
  }

  @Test
  void mutatedPacketsAreReadOrRefused() {
    for (int i = 0; i < ROUNDS / 20; i++) {
      ProtocolVersion version = random.version();
      byte[] packet = random.any(version);
      for (int k = 0; k < 20; k++) {
        tryPacket(mutated(packet), random.version());
      }
    }
  }

  @Test
  void truncatedPacketsAreReadOrRefused() {
    for (int i = 0; i < 150; i++) {
      ProtocolVersion version = random.version();
      byte[] packet = random.any(version);
      int head = Message.headLength(packet.length);
      for (int end = head; end < Math.min(packet.length, 200); end++) {
        tryPacket(withLength(packet[0], Arrays.copyOfRange(packet, head, end)), version);
      }
    }
  }

  private byte[] mutated(byte[] packet) {
    int head = Message.headLength(packet.length);
    byte[] body = Arrays.copyOfRange(packet, head, packet.length);
    // Near the front, where the structure is.
    int reach = Math.min(body.length, 80);
    for (int i = 1 + random.below(3); i > 0 && reach > 0; i--) {
      int at = random.below(reach);
      switch (random.below(4)) {
        case 0 -> body[at] ^= (byte) (1 << random.below(8));
        case 1 -> body[at] = (byte) random.below(256);
        case 2 -> body[at] = 0;
        default -> body[at]++;
      }
    }
    if (random.below(5) == 0) {
      body = Arrays.copyOf(body, Math.max(0, body.length + random.below(9) - 4));
    }
    int first = random.below(5) == 0 ? packet[0] ^ 1 << random.below(8) : packet[0];
    return withLength(first, body);
  }

  private static byte[] withLength(int first, byte[] body) {
    ByteBuf packet = Unpooled.buffer().writeByte(first);
    VariableByteInteger.write(packet, body.length);
    return ByteBufUtil.getBytes(packet.writeBytes(body));
  }

  /** In a slice that ends with the packet, and in a buffer with foreign bytes on both sides. */
  private void tryPacket(byte[] packet, ProtocolVersion version) {
    String alone = outcome(Unpooled.wrappedBuffer(packet), version, packet);
    amid.clear().writeBytes(random.bytes(20)).writeBytes(packet).writeBytes(random.bytes(20));
    amid.setIndex(20, 20 + packet.length);

    String surrounded = outcome(amid, version, packet);

    assertEquals(alone, surrounded, () -> version + " " + Bytes.hex(packet));
    assertEquals(20, amid.readerIndex());
    assertEquals(20 + packet.length, amid.writerIndex());
  }

  private static String outcome(ByteBuf in, ProtocolVersion version, byte[] packet) {
    try {
      Object decoded = Bytes.decode(in, version);
      return decoded instanceof PublishPacket publish
          ? publish.message().topicName()
              + Bytes.hex(ByteBufUtil.getBytes(publish.message().kept().payloadBuf()))
          : decoded instanceof AckPacket ? decoded.toString() : decoded.getClass().getName();
    } catch (ProtocolException e) {
      return e.reasonCode() + ": " + e.getMessage();
    } catch (RuntimeException e) {
      throw new AssertionError(version + " " + Bytes.hex(packet), e);
    }
  }
}
