package io.spillway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Cuts the byte stream into frames. Reads complete frames where they lie and copies only what is
 * split between two reads: at most one frame, so what it keeps is bounded by the frame's limit.
 */
final class FrameReader {
  static final int HEADER = 8;

  /** Where frames go. */
  interface Sink {
    /**
     * Whether a frame of this type and length may come now; throws if it mustn't. Asked before its
     * payload is waited for.
     */
    void admit(int type, int stream, int length);

    /**
     * One frame.
     *
     * @param payload borrowed; its readable bytes are the frame's payload
     * @return whether to go on reading
     */
    boolean frame(int type, int stream, ByteBuf payload);
  }

  private final ByteBufAllocator allocator;
  private final Sink sink;

  /** A frame that hasn't come whole; null: none. */
  private ByteBuf rest;

  /** How many bytes {@link #rest} is to have: a header, or a whole frame once that is known. */
  private int wanted;

  FrameReader(ByteBufAllocator allocator, Sink sink) {
    this.allocator = allocator;
    this.sink = sink;
  }

  void received(ByteBuf in) {
    while (in.isReadable()) {
      boolean goOn = rest == null ? readInPlace(in) : fillRest(in);
      if (!goOn) {
        return;
      }
    }
  }

  private boolean readInPlace(ByteBuf in) {
    if (in.readableBytes() < HEADER) {
      wanted = HEADER;
      rest = allocator.buffer(HEADER);
      return true;
    }
    int start = in.readerIndex();
    int length = in.getUnsignedMedium(start);
    int type = in.getUnsignedByte(start + 3);
    int stream = in.getInt(start + 4);
    sink.admit(type, stream, length);
    if (in.readableBytes() < HEADER + length) {
      wanted = HEADER + length;
      rest = allocator.buffer(wanted);
      return true;
    }

    // The listener sees the payload alone, without a slice having been made for it.
    int end = in.writerIndex();
    int frameEnd = start + HEADER + length;
    in.setIndex(start + HEADER, frameEnd);
    try {
      return sink.frame(type, stream, in);
    } finally {
      in.setIndex(frameEnd, end);
    }
  }

  private boolean fillRest(ByteBuf in) {
    rest.writeBytes(in, Math.min(in.readableBytes(), wanted - rest.readableBytes()));
    if (rest.readableBytes() < wanted) {
      return true;
    }
    int length = rest.getUnsignedMedium(0);
    int type = rest.getUnsignedByte(3);
    int stream = rest.getInt(4);
    if (wanted == HEADER) {
      sink.admit(type, stream, length);
      if (length > 0) {
        wanted = HEADER + length;
        rest.capacity(wanted);
        return true;
      }
    }
    ByteBuf frame = rest;
    rest = null;
    try {
      frame.skipBytes(HEADER);
      return sink.frame(type, stream, frame);
    } finally {
      frame.release();
    }
  }

  /** Gives up what it keeps. */
  void release() {
    if (rest != null) {
      rest.release();
      rest = null;
    }
  }
}
