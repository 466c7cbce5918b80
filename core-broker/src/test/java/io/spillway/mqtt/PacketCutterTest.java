package io.spillway.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketCutterTest {
  @ParameterizedTest
  @CsvSource({
    "C000, 2",
    "30, -1",
    "'', -1",
    "3080, -1",
    "30FFFFFF, -1",
    "307F, 129",
    "308001, 131",
    "30FF7F, 16386",
    "30808001, 16388",
    "30FFFF7F, 2097155",
    "3080808001, 2097157",
    "30FFFFFF7F, 268435460",
    "C000C000, 2"
  })
  void lengthIsKnownFromTheFixedHeaderAlone(String hex, int expected) {
    byte[] bytes = ByteBufUtil.decodeHexDump(hex);

    assertEquals(
        expected, PacketCutter.length(Unpooled.wrappedBuffer(bytes), PacketCutter.LARGEST_PACKET));
    assertEquals(
        expected, PacketCutter.length(ByteBuffer.wrap(bytes), PacketCutter.LARGEST_PACKET));
  }

  @ParameterizedTest
  @ValueSource(strings = {"308000", "30FF00", "30808000", "3080808000", "3080808080", "30FFFFFFFF"})
  void lengthsInMoreBytesThanNeededAreMalformed(String hex) {
    byte[] bytes = ByteBufUtil.decodeHexDump(hex);

    ProtocolException one =
        assertThrows(
            ProtocolException.class,
            () -> PacketCutter.length(Unpooled.wrappedBuffer(bytes), PacketCutter.LARGEST_PACKET));
    ProtocolException other =
        assertThrows(
            ProtocolException.class,
            () -> PacketCutter.length(ByteBuffer.wrap(bytes), PacketCutter.LARGEST_PACKET));

    assertEquals(ReasonCode.MALFORMED_PACKET, one.reasonCode());
    assertEquals(one.getMessage(), other.getMessage());
  }

  @Test
  void packetBeyondTheMaximumIsTooLarge() {
    ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("307F"));

    assertEquals(129, PacketCutter.length(in, 129));
    ProtocolException refused =
        assertThrows(ProtocolException.class, () -> PacketCutter.length(in, 128));

    assertEquals(ReasonCode.PACKET_TOO_LARGE, refused.reasonCode());
    assertEquals("packet size: 129 (expected: <= 128)", refused.getMessage());
  }

  @Test
  void packetsComeOutWholeHoweverTheirBytesArrive() {
    RandomPackets random = new RandomPackets(1);
    for (int round = 0; round < 200; round++) {
      ProtocolVersion version = random.version();
      List<byte[]> packets = new ArrayList<>();
      ByteBuf stream = Unpooled.buffer();
      for (int i = 1 + random.below(6); i > 0; i--) {
        packets.add(random.any(version));
        stream.writeBytes(packets.get(packets.size() - 1));
      }

      List<byte[]> cut = new ArrayList<>();
      ByteBuf rest = Unpooled.buffer();
      while (stream.isReadable()) {
        int piece = 1 + random.below(Math.min(stream.readableBytes(), 1 + random.below(5000)));
        rest.writeBytes(stream, piece);
        for (int length = wholeLength(rest); length > 0; length = wholeLength(rest)) {
          cut.add(ByteBufUtil.getBytes(rest.readSlice(length)));
        }
      }

      assertEquals(packets.size(), cut.size());
      for (int i = 0; i < cut.size(); i++) {
        assertArrayEquals(packets.get(i), cut.get(i));
      }
    }
  }

  private static int wholeLength(ByteBuf in) {
    int length = PacketCutter.length(in, PacketCutter.LARGEST_PACKET);
    assertEquals(length, PacketCutter.length(in.nioBuffer(), PacketCutter.LARGEST_PACKET));
    return length <= in.readableBytes() ? length : PacketCutter.NEED_MORE;
  }
}
