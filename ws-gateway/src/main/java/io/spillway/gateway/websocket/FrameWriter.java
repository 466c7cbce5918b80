package io.spillway.gateway.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * Writes a server's frames. A message that fits the I/O thread's write buffer is copied there
 * behind its header and written in one call, as copying costs less than a gathering write of small
 * buffers; a larger one is gathered from where it lies.
 *
 * <p>Holds at most one data frame that the socket has not taken, and one control frame that waits
 * for its place between frames.
 */
final class FrameWriter {

  private static final ByteBuf[] NOTHING = {};

  private final ConduitStreamSinkChannel sink;
  private final IoLoop loop;

  /** What the socket has not taken; null: nothing. */
  private PendingWrite pending;

  /** Whether TLS still holds bytes of ours. */
  private boolean unflushed;

  /** A control frame that waits for the end of the frame under way; null: none. */
  private byte[] control;

  private int controlOpcode;

  /** Bytes that the frame under way lacks, for which the caller is asked. */
  private long missing;

  FrameWriter(ConduitStreamSinkChannel sink, IoLoop loop) {
    this.sink = sink;
    this.loop = loop;
  }

  /** Whether the socket has taken everything that it could be given. */
  boolean isIdle() {
    return pending == null && !unflushed && (control == null || missing > 0);
  }

  long missing() {
    return missing;
  }

  /** Begins a frame. Takes the parts over, also when it throws. */
  boolean begin(long messageLength, ByteBuf[] parts, int count) throws IOException {
    ByteBuffer out = loop.writeBuffer();
    FrameHeader.put(out, Opcode.BINARY, messageLength);
    missing = messageLength;
    return write(out, parts, count);
  }

  /** Goes on with the frame. Takes the parts over, also when it throws. */
  boolean proceed(ByteBuf[] parts, int count) throws IOException {
    return write(loop.writeBuffer(), parts, count);
  }

  /** Sends a control frame as soon as a frame may begin. One that waits already is replaced. */
  boolean control(int opcode, byte[] payload) throws IOException {
    control = payload;
    controlOpcode = opcode;
    return flush();
  }

  /** Goes on writing what waits; answers whether nothing does any more. */
  boolean flush() throws IOException {
    if (pending != null) {
      if (!pending.writeTo(sink)) {
        return false;
      }
      pending = null;
    }
    if (control != null && missing == 0) {
      ByteBuffer out = loop.writeBuffer();
      FrameHeader.put(out, controlOpcode, control.length);
      out.put(control);
      control = null;
      write(out, NOTHING, 0);
    }
    unflushed = !sink.flush();
    return isIdle();
  }

  /** Drops a control frame that waits, which is no longer needed when the connection closes. */
  void release() {
    control = null;
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }

  private boolean write(ByteBuffer out, ByteBuf[] parts, int count) throws IOException {
    long length = 0;
    for (int i = 0; i < count; i++) {
      length += parts[i].readableBytes();
    }
    missing -= length;
    if (length <= out.remaining()) {
      copy(parts, count, out);
      out.flip();
      writeNow(out);
    } else {
      gather(out.flip(), parts, count);
    }
    return flush();
  }

  private static void copy(ByteBuf[] parts, int count, ByteBuffer out) {
    int capacity = out.limit();
    for (int i = 0; i < count; i++) {
      ByteBuf part = parts[i];
      out.limit(out.position() + part.readableBytes());
      part.getBytes(part.readerIndex(), out);
      out.limit(capacity);
      part.release();
    }
  }

  private void writeNow(ByteBuffer out) throws IOException {
    // TLS takes one record at a time, so a short write doesn't say that the socket is full.
    while (out.hasRemaining() && sink.write(out) > 0) {}
    if (out.hasRemaining()) {
      pending = new PendingWrite(copyOf(out));
    }
  }

  private void gather(ByteBuffer header, ByteBuf[] parts, int count) {
    boolean hasHeader = header.hasRemaining();
    ByteBuf[] all = new ByteBuf[hasHeader ? count + 1 : count];
    System.arraycopy(parts, 0, all, all.length - count, count);
    if (hasHeader) {
      all[0] = copyOf(header);
    }
    pending = new PendingWrite(all);
  }

  private static ByteBuf copyOf(ByteBuffer bytes) {
    return ByteBufAllocator.DEFAULT.directBuffer(bytes.remaining()).writeBytes(bytes);
  }
}
