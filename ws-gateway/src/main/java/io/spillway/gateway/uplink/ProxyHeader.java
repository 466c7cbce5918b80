package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Version 2 of the PROXY protocol: tells a broker who its client really is. Stateless. */
final class ProxyHeader {
  private static final byte[] SIGNATURE = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };

  private static final int VERSION_2_PROXY = 0x21;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;

  private ProxyHeader() {}

  /**
   * @param destination null: unknown, the header says 0 then
   */
  static ByteBuf encode(
      InetSocketAddress source, InetSocketAddress destination, ByteBufAllocator allocator) {
    InetAddress from = source.getAddress();
    InetAddress to = destination == null ? null : destination.getAddress();
    boolean four = isFour(from) && (to == null || isFour(to));
    int width = four ? 4 : 16;
    ByteBuf header = allocator.buffer(SIGNATURE.length + 4 + 2 * width + 4);
    header.writeBytes(SIGNATURE);
    header.writeByte(VERSION_2_PROXY);
    header.writeByte(four ? TCP_OVER_IPV4 : TCP_OVER_IPV6);
    header.writeShort(2 * width + 4);
    writeAddress(header, from, width);
    writeAddress(header, to, width);
    header.writeShort(source.getPort());
    header.writeShort(destination == null ? 0 : destination.getPort());
    return header;
  }

  private static boolean isFour(InetAddress address) {
    return address.getAddress().length == 4;
  }

  /** An IPv4 address where IPv6 is wanted is written in its mapped form. */
  private static void writeAddress(ByteBuf header, InetAddress address, int width) {
    if (address == null) {
      header.writeZero(width);
      return;
    }
    byte[] bytes = address.getAddress();
    if (bytes.length < width) {
      header.writeZero(10).writeShort(0xFFFF);
    }
    header.writeBytes(bytes);
  }
}
