package io.spillway.gateway.websocket;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * Buffers on their way to a socket that has not taken all of them. Owns one reference to each and
 * never changes their indices, as they may be on their way to other sockets as well.
 */
final class PendingWrite {

  private static final int BUFFERS_PER_WRITE = 64;

  private final ByteBuf[] parts;

  /** The first part that is not written whole. */
  private int next;

  /** How many of its bytes are written. */
  private int written;

  PendingWrite(ByteBuf... parts) {
    this.parts = parts;
  }

  /** Writes until everything is written, which is the answer, or the socket takes no more. */
  boolean writeTo(ConduitStreamSinkChannel sink) throws IOException {
    while (next < parts.length) {
      ByteBuffer[] buffers = gather();
      long count = buffers.length == 1 ? sink.write(buffers[0]) : sink.write(buffers);
      if (count == 0 && buffers[0].hasRemaining()) {
        return false;
      }
      advance(count);
    }
    return true;
  }

  private ByteBuffer[] gather() {
    ByteBuffer[] buffers = new ByteBuffer[Math.min(BUFFERS_PER_WRITE, parts.length - next)];
    for (int i = 0; i < buffers.length; i++) {
      ByteBuf part = parts[next + i];
      int skip = i == 0 ? written : 0;
      buffers[i] = part.nioBuffer(part.readerIndex() + skip, part.readableBytes() - skip);
    }
    return buffers;
  }

  private void advance(long count) {
    long left = count;
    while (next < parts.length && left >= parts[next].readableBytes() - written) {
      left -= parts[next].readableBytes() - written;
      parts[next].release();
      next++;
      written = 0;
    }
    written += (int) left;
  }

  void release() {
    for (; next < parts.length; next++) {
      parts[next].release();
    }
  }
}
