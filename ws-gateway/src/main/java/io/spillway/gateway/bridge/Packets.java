package io.spillway.gateway.bridge;

import io.netty.buffer.ByteBuf;
import io.spillway.mqtt.PacketCutter;
import java.util.function.Consumer;

/** Walks over the whole packets of a unit that a core sent. Stateless. */
final class Packets {
  private Packets() {}

  /**
   * Every packet in turn, as a view of the unit that is good for the call.
   *
   * @param unit unchanged afterwards
   */
  static void forEach(ByteBuf unit, Consumer<ByteBuf> action) {
    int at = unit.readerIndex();
    while (at < unit.writerIndex()) {
      ByteBuf rest = unit.slice(at, unit.writerIndex() - at);
      int length = PacketCutter.length(rest, rest.readableBytes());
      action.accept(rest.writerIndex(length));
      at += length;
    }
  }

  /** How many packets of the unit begin with this byte. */
  static int count(ByteBuf unit, int firstByte) {
    int count = 0;
    int end = unit.writerIndex();
    for (int at = unit.readerIndex(); at < end; ) {
      if (unit.getUnsignedByte(at) == firstByte) {
        count++;
      }
      int remaining = 0;
      int shift = 0;
      int b;
      do {
        b = unit.getByte(++at);
        remaining |= (b & 0x7F) << shift;
        shift += 7;
      } while (b < 0);
      at += 1 + remaining;
    }
    return count;
  }
}
