package io.spillway.gateway.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  @Test
  void addressesOfVersionFourTakeTwelveBytes() {
    String header =
        encode(new InetSocketAddress("192.0.2.7", 4660), new InetSocketAddress("127.0.0.1", 8080));

    assertEquals(SIGNATURE + "2111000c" + "c0000207" + "7f000001" + "1234" + "1f90", header);
  }

  @Test
  void addressesOfBothVersionsAreWrittenAsVersionSix() {
    String header =
        encode(new InetSocketAddress("2001:db8::1", 1), new InetSocketAddress("127.0.0.1", 8080));

    assertEquals(
        SIGNATURE
            + "21210024"
            + "20010db8000000000000000000000001"
            + "00000000000000000000ffff7f000001"
            + "0001"
            + "1f90",
        header);
  }

  @Test
  void anUnknownDestinationIsWrittenAsZero() {
    String header = encode(new InetSocketAddress("192.0.2.7", 4660), null);

    assertEquals(SIGNATURE + "2111000c" + "c0000207" + "00000000" + "1234" + "0000", header);
  }

  private static String encode(InetSocketAddress source, InetSocketAddress destination) {
    ByteBuf header = ProxyHeader.encode(source, destination, UnpooledByteBufAllocator.DEFAULT);
    try {
      return ByteBufUtil.hexDump(header);
    } finally {
      header.release();
    }
  }
}
