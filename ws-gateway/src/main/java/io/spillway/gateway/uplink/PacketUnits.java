package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.spillway.mqtt.PacketCutter;
import io.spillway.mqtt.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Cuts a stream of bytes into units: one or several whole Control Packets, or a large packet in
 * pieces as it arrives. Reads nothing but fixed headers.
 *
 * <p>Thread: the connection's. Lifetime: the connection's; {@link #clear} gives back what is kept,
 * which is at most {@value #PIECES_FROM} bytes of an incomplete packet and usually nothing.
 */
public final class PacketUnits {

  /** A packet longer than this isn't put together here. */
  static final int PIECES_FROM = 16 * 1024;

  /** Who takes the units. */
  public interface Sink {
    /**
     * A packet has arrived, or the beginning of a large one; its unit follows.
     *
     * @param firstByte of its fixed header
     * @param length of the whole packet
     * @return whether it is wanted; if not, it is left out. A packet in pieces is always wanted.
     */
    boolean packet(int firstByte, int length);

    /**
     * One or several whole packets that came together, which are a unit.
     *
     * @param bytes borrowed: they lie in what was fed
     */
    void packets(ByteBuffer bytes);

    /**
     * A packet that was put together, or a large one or a piece of it.
     *
     * @param bytes ownership passes
     * @param remaining how many bytes of this unit the following calls will bring
     */
    void unit(ByteBuf bytes, boolean first, int remaining);
  }

  private final Sink sink;
  private final ByteBufAllocator allocator;

  /** The beginning of an incomplete packet; null between packets and for a packet in pieces. */
  private ByteBuf begun;

  /** What the packet under way lacks; 0 between packets, -1 while its length isn't known. */
  private int missing;

  public PacketUnits(Sink sink, ByteBufAllocator allocator) {
    this.sink = sink;
    this.allocator = allocator;
  }

  /** Whether a packet has begun and hasn't ended. */
  public boolean isWithinPacket() {
    return missing != 0;
  }

  /** Releases what is kept. Nothing may be fed afterwards. */
  public void clear() {
    if (begun != null) {
      begun.release();
      begun = null;
    }
  }

  /**
   * Takes all of the bytes.
   *
   * @throws ProtocolException MALFORMED_PACKET or PACKET_TOO_LARGE; what came before has been told
   */
  public void feed(ByteBuffer in, int packetLengthMax) {
    if (missing < 0) {
      continueHeader(in, packetLengthMax);
    }
    if (missing > 0) {
      continuePacket(in);
    }
    if (in.hasRemaining()) {
      wholePackets(in, packetLengthMax);
    }
    if (in.hasRemaining()) {
      beginPacket(in, packetLengthMax);
    }
  }

  private void continueHeader(ByteBuffer in, int packetLengthMax) {
    while (missing < 0 && in.hasRemaining()) {
      begun.writeByte(in.get());
      int length = PacketCutter.length(begun, packetLengthMax);
      if (length != PacketCutter.NEED_MORE) {
        lengthKnown(length);
      }
    }
  }

  private void continuePacket(ByteBuffer in) {
    int n = Math.min(in.remaining(), missing);
    missing -= n;
    if (begun == null) {
      if (n > 0) {
        sink.unit(copy(in, n), false, missing);
      }
      return;
    }
    append(begun, in, n);
    if (missing == 0) {
      completePacket();
    }
  }

  /** Hands the whole packets at the beginning over, in as few units as possible. */
  private void wholePackets(ByteBuffer in, int packetLengthMax) {
    int limit = in.limit();
    int end = in.position();
    try {
      while (in.position() < limit) {
        int length = PacketCutter.length(in, packetLengthMax);
        if (length == PacketCutter.NEED_MORE || length > in.remaining()) {
          break;
        }
        int next = in.position() + length;
        if (!sink.packet(in.get(in.position()) & 0xFF, length)) {
          handOver(in, end, in.position());
          end = next;
        }
        in.position(next);
      }
    } finally {
      handOver(in, end, in.position());
    }
  }

  /** Hands the bytes between two positions over and leaves the buffer at the second. */
  private void handOver(ByteBuffer in, int from, int to) {
    if (from < to) {
      int limit = in.limit();
      in.limit(to).position(from);
      sink.packets(in);
      in.limit(limit).position(to);
    }
  }

  private void beginPacket(ByteBuffer in, int packetLengthMax) {
    int n = in.remaining();
    int length = PacketCutter.length(in, packetLengthMax);
    if (length == PacketCutter.NEED_MORE) {
      missing = -1;
      begun = allocator.buffer(Math.max(8, n));
      append(begun, in, n);
    } else if (length > PIECES_FROM) {
      sink.packet(in.get(in.position()) & 0xFF, length);
      missing = length - n;
      sink.unit(copy(in, n), true, missing);
    } else {
      missing = length - n;
      begun = allocator.buffer(Math.min(length, Math.max(64, 2 * n)));
      append(begun, in, n);
    }
  }

  private void lengthKnown(int length) {
    missing = length - begun.readableBytes();
    if (length > PIECES_FROM) {
      sink.packet(begun.getUnsignedByte(begun.readerIndex()), length);
      ByteBuf head = begun;
      begun = null;
      sink.unit(head, true, missing);
    } else if (missing == 0) {
      completePacket();
    }
  }

  private void completePacket() {
    ByteBuf packet = begun;
    begun = null;
    if (sink.packet(packet.getUnsignedByte(packet.readerIndex()), packet.readableBytes())) {
      sink.unit(packet, true, 0);
    } else {
      packet.release();
    }
  }

  private ByteBuf copy(ByteBuffer in, int length) {
    return append(allocator.buffer(length), in, length);
  }

  private static ByteBuf append(ByteBuf to, ByteBuffer in, int length) {
    int limit = in.limit();
    in.limit(in.position() + length);
    to.writeBytes(in);
    in.limit(limit);
    return to;
  }
}
