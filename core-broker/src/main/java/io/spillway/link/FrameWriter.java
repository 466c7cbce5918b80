package io.spillway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * Gathers outgoing frames in one buffer, so that many streams' small packets leave with one system
 * call. A payload above {@value #COPY_MAX} bytes follows its header by reference.
 */
final class FrameWriter {
  /** Up to here copying is cheaper than one more buffer in a gathering write. */
  static final int COPY_MAX = 4 * 1024;

  /** A batch of this size goes to the transport at once, which can tell then that it is full. */
  static final int BATCH_FULL = 64 * 1024;

  private static final int BATCH_MIN = 1024;

  /** A buffer that has grown beyond this isn't kept for the next batch. */
  private static final int KEPT_MAX = 2 * BATCH_FULL;

  private final LinkTransport transport;
  private final FrameTrace trace;
  private final boolean keepsBuffer;

  /** Frames that the transport doesn't have yet; null: none. */
  private ByteBuf batch;

  /**
   * The buffer of an earlier batch, which is used again when the transport has let go of it: a new
   * one for each flush would be the only garbage that small packets make here. Null: none.
   */
  private ByteBuf spare;

  /** Where the frame being written begins in the batch. */
  private int frameStart;

  /** A guess for the next batch, so that it seldom has to grow. */
  private int expectedBytes = BATCH_MIN;

  private int turnBytes;
  private boolean flushNeeded;
  private boolean closed;
  private long frames;
  private long bytes;

  /**
   * @param keepsBuffer whether a batch's buffer is used again; Netty's own threads do without, as
   *     its pool does the same for them
   */
  FrameWriter(LinkTransport transport, FrameTrace trace, boolean keepsBuffer) {
    this.transport = transport;
    this.trace = trace;
    this.keepsBuffer = keepsBuffer;
  }

  ByteBufAllocator allocator() {
    return transport.allocator();
  }

  /** Begins a frame; the caller appends its payload to the returned buffer and ends it. */
  ByteBuf begin(int type, int stream) {
    if (batch != null && batch.readableBytes() >= BATCH_FULL) {
      handOver();
    }
    if (batch == null) {
      batch = emptyBatch();
    }
    frameStart = batch.writerIndex();
    batch.writeInt(type);
    batch.writeInt(stream);
    return batch;
  }

  private ByteBuf emptyBatch() {
    if (spare != null && spare.refCnt() == 1) {
      ByteBuf free = spare;
      spare = null;
      return free.clear();
    }
    return transport.allocator().ioBuffer(expectedBytes);
  }

  /** Ends the frame with what was appended. */
  void end() {
    finish(0);
    if (closed) {
      discard();
    }
  }

  /**
   * Ends the frame with further payload.
   *
   * @param payload ownership passes to the writer
   */
  void end(ByteBuf payload) {
    int length = payload.readableBytes();
    if (length <= COPY_MAX) {
      batch.writeBytes(payload);
      payload.release();
      end();
      return;
    }
    finish(length);
    if (closed) {
      payload.release();
      discard();
      return;
    }
    handOver();
    turnBytes += length;
    flushNeeded = true;
    transport.write(payload);
  }

  /** Ends the frame with further payload, which is copied. */
  void end(byte[] payload) {
    batch.writeBytes(payload);
    end();
  }

  /** The same with what remains in a buffer. */
  void end(ByteBuffer payload) {
    batch.writeBytes(payload);
    end();
  }

  /** A frame without payload. */
  void empty(int type, int stream) {
    begin(type, stream);
    end();
  }

  private void finish(int following) {
    int length = batch.writerIndex() - frameStart - FrameReader.HEADER + following;
    assert length <= Link.FRAME_MAX : "frame of " + length + " bytes";
    batch.setMedium(frameStart, length);
    frames++;
    bytes += FrameReader.HEADER + length;
    if (trace.isOn()) {
      trace.sent(batch, frameStart, length);
    }
  }

  private void handOver() {
    if (batch == null) {
      return;
    }
    ByteBuf full = batch;
    batch = null;
    turnBytes += full.readableBytes();
    flushNeeded = true;
    if (keepsBuffer && spare == null && !closed && full.capacity() <= KEPT_MAX) {
      spare = full.retain();
    }
    transport.write(full);
  }

  /** Gives everything to the transport and lets it send. */
  void flush() {
    handOver();
    if (flushNeeded) {
      flushNeeded = false;
      expectedBytes = Math.max(BATCH_MIN, Math.min(turnBytes + turnBytes / 4, BATCH_FULL + 1024));
      turnBytes = 0;
      transport.flush();
    }
  }

  /** Nothing leaves any more. */
  void close() {
    closed = true;
    discard();
    if (spare != null) {
      spare.release();
      spare = null;
    }
  }

  private void discard() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }

  /** Bytes that the transport doesn't have yet. */
  int pending() {
    return batch == null ? 0 : batch.readableBytes();
  }

  long frames() {
    return frames;
  }

  long bytes() {
    return bytes;
  }
}
