package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * Bytes on their way into a socket. It doesn't bound itself: whoever fills it looks at {@link
 * #bytes()}.
 *
 * <p>Thread: the channel's I/O thread. Lifetime: the connection's; {@link #clear} ends it.
 */
final class SinkQueue {
  private static final int GATHERED_MAX = 64;

  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>(4);
  private long bytes;

  /** Ownership passes. */
  void add(ByteBuf more) {
    if (more.isReadable()) {
      bytes += more.readableBytes();
      queue.add(more);
    } else {
      more.release();
    }
  }

  long bytes() {
    return bytes;
  }

  void clear() {
    while (!queue.isEmpty()) {
      queue.remove().release();
    }
    bytes = 0;
  }

  /**
   * Writes what the socket takes and keeps the channel's write listener called while there is more.
   *
   * @return whether everything is in the socket
   */
  boolean writeTo(ConduitStreamSinkChannel sink) throws IOException {
    while (!queue.isEmpty()) {
      if (!writeSome(sink)) {
        sink.resumeWrites();
        return false;
      }
    }
    if (!sink.flush()) {
      sink.resumeWrites();
      return false;
    }
    if (sink.isWriteResumed()) {
      sink.suspendWrites();
    }
    return true;
  }

  /** False when the socket is full. */
  private boolean writeSome(ConduitStreamSinkChannel sink) throws IOException {
    if (queue.size() == 1) {
      ByteBuf only = queue.peek();
      int offered = only.readableBytes();
      int written = sink.write(only.internalNioBuffer(only.readerIndex(), offered));
      forget(written);
      return written == offered;
    }
    ByteBuffer[] gathered = new ByteBuffer[Math.min(queue.size(), GATHERED_MAX)];
    int count = 0;
    long offered = 0;
    for (ByteBuf part : queue) {
      if (count == gathered.length) {
        break;
      }
      gathered[count++] = part.internalNioBuffer(part.readerIndex(), part.readableBytes());
      offered += part.readableBytes();
    }
    long written = sink.write(gathered, 0, count);
    forget(written);
    return written == offered;
  }

  private void forget(long written) {
    bytes -= written;
    long left = written;
    while (left > 0) {
      ByteBuf head = queue.peek();
      int length = head.readableBytes();
      if (left < length) {
        head.skipBytes((int) left);
        return;
      }
      left -= length;
      queue.remove().release();
    }
  }
}
