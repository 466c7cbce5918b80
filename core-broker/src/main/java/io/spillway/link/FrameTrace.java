package io.spillway.link;

import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line per frame, in and out, when the logger {@code io.spillway.link.frames} is at level
 * trace. The level is looked at when the link starts and at every ping, so an off trace costs one
 * field. Payloads aren't shown, as they are other people's; nor are handshakes' contents.
 */
final class FrameTrace {
  private static final Logger LOG = LoggerFactory.getLogger("io.spillway.link.frames");

  /** Who is at the other end, as far as it is known. */
  private String peer = "?";

  private boolean on;

  boolean isOn() {
    return on;
  }

  void refresh(String peer) {
    this.peer = peer;
    on = LOG.isTraceEnabled();
  }

  void received(int type, int stream, ByteBuf payload) {
    LOG.trace(line("<-", peer, type, stream, payload.readableBytes(), payload));
  }

  void sent(ByteBuf batch, int frameStart, int length) {
    int from = frameStart + FrameReader.HEADER;
    ByteBuf payload = batch.slice(from, batch.writerIndex() - from);
    LOG.trace(
        line(
            "->",
            peer,
            batch.getUnsignedByte(frameStart + 3),
            batch.getInt(frameStart + 4),
            length,
            payload));
  }

  /**
   * For instance {@code -> gw-1 DATA 17 132 bytes MORE}.
   *
   * @param payload not moved; may be only the payload's beginning
   */
  static String line(
      String direction, String peer, int type, int stream, int length, ByteBuf payload) {
    StringBuilder line = new StringBuilder(64);
    line.append(direction).append(' ').append(peer).append(' ').append(FrameType.name(type));
    line.append(' ').append(stream).append(' ').append(length).append(" bytes");
    int at = payload.readerIndex();
    int there = payload.readableBytes();
    switch (type) {
      case FrameType.DATA -> {
        int flags = there > 0 ? payload.getByte(at) : 0;
        line.append((flags & Link.DATA_FIRST) != 0 ? "" : " NEXT");
        line.append((flags & Link.DATA_MORE) != 0 ? " MORE" : "");
        line.append((flags & Link.DATA_DROPPABLE) != 0 ? " DROPPABLE" : "");
      }
      case FrameType.CREDIT -> {
        if (there >= 4) {
          line.append(" +").append(payload.getUnsignedInt(at));
        }
      }
      case FrameType.CLOSE -> {
        if (there > 0) {
          line.append(' ').append(CloseReason.of(payload.getUnsignedByte(at)));
        }
      }
      case FrameType.GOAWAY -> {
        if (there > 0) {
          line.append(' ').append(LinkCloseReason.of(payload.getUnsignedByte(at)));
        }
      }
      case FrameType.GROUP_ADD, FrameType.GROUP_DEL, FrameType.MCAST_LIST ->
          line.append(" for ").append(varint(payload, at)).append(" streams");
      case FrameType.MCAST ->
          line.append(" without ").append(varint(payload, at)).append(" streams");
      case FrameType.MCAST_PID ->
          line.append(" for ")
              .append(varint(payload, behindVarint(payload, at)))
              .append(" streams");
      default -> {
        // Type and length say enough.
      }
    }
    return line.toString();
  }

  /** The varint there; 0 where it is cut off. */
  private static int varint(ByteBuf payload, int at) {
    int value = 0;
    int shift = 0;
    for (int i = at; i < payload.writerIndex(); i++, shift += 7) {
      byte b = payload.getByte(i);
      value |= (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    return 0;
  }

  private static int behindVarint(ByteBuf payload, int at) {
    int i = at;
    while (i < payload.writerIndex() && payload.getByte(i) < 0) {
      i++;
    }
    return i + 1;
  }
}
