package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Finds where a Control Packet ends. Pure functions, any thread; nothing but the fixed header is
 * read, so a gateway can cut packets of any version without knowing MQTT.
 */
public final class PacketCutter {
  /** What {@link #length} answers while the fixed header is incomplete. */
  public static final int NEED_MORE = -1;

  /** The largest packet MQTT can express: a fixed header of five bytes and 268,435,455 more. */
  public static final int LARGEST_PACKET = 5 + 268_435_455;

  private PacketCutter() {}

  /**
   * The whole length, fixed header included, of the packet that starts at the reader index; {@code
   * in} needn't hold all of it and isn't changed. {@link #NEED_MORE} while its length isn't known.
   *
   * @throws ProtocolException MALFORMED_PACKET for a length of more than four bytes or more bytes
   *     than needed, PACKET_TOO_LARGE beyond {@code maximumPacketSize}
   */
  public static int length(ByteBuf in, int maximumPacketSize) {
    int available = Math.min(in.readableBytes(), 5);
    int remaining = 0;
    for (int i = 1; i < available; i++) {
      int b = in.getByte(in.readerIndex() + i);
      remaining |= (b & 0x7F) << 7 * (i - 1);
      if (b >= 0) {
        return checked(i, b, remaining, maximumPacketSize);
      }
    }
    return incomplete(available);
  }

  /** {@link #length(ByteBuf, int)} for the bytes from the buffer's position on. */
  public static int length(ByteBuffer in, int maximumPacketSize) {
    int available = Math.min(in.remaining(), 5);
    int remaining = 0;
    for (int i = 1; i < available; i++) {
      int b = in.get(in.position() + i);
      remaining |= (b & 0x7F) << 7 * (i - 1);
      if (b >= 0) {
        return checked(i, b, remaining, maximumPacketSize);
      }
    }
    return incomplete(available);
  }

  private static int checked(int lengthBytes, int last, int remaining, int maximumPacketSize) {
    if (last == 0 && lengthBytes > 1) { // [MQTT-1.5.5-1]
      throw ProtocolException.malformed(
          "remaining length: "
              + remaining
              + " in "
              + lengthBytes
              + " bytes (expected: the fewest bytes that hold it)");
    }
    int length = 1 + lengthBytes + remaining;
    if (length > maximumPacketSize) {
      throw new ProtocolException(
          ReasonCode.PACKET_TOO_LARGE,
          "packet size: " + length + " (expected: <= " + maximumPacketSize + ")");
    }
    return length;
  }

  private static int incomplete(int available) {
    if (available == 5) {
      throw ProtocolException.malformed("remaining length: over 4 bytes (expected: at most 4)");
    }
    return NEED_MORE;
  }
}
