package io.spillway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.function.IntUnaryOperator;

/**
 * One end of a connection in memory. Bytes travel in the loop's turns, in portions that the test
 * chooses, and may be held up; the far end is another such transport's link, or a script.
 */
final class MemoryTransport implements LinkTransport {
  /** Where the bytes go. */
  interface Wire {
    /** Borrowed. */
    void bytes(ByteBuf bytes);

    void closed();
  }

  private final MemoryLoop loop;
  private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
  private final int highWaterMark;

  /** Chooses how many of the waiting bytes travel at once. */
  private IntUnaryOperator portion = IntUnaryOperator.identity();

  private Wire wire;
  private Link link;
  private ByteBuf written = allocator.buffer();
  private int flushed;
  private boolean held;
  private boolean moving;
  private boolean wasWritable = true;
  private boolean closed;
  int flushes;
  int queuedMax;

  MemoryTransport(MemoryLoop loop, int highWaterMark) {
    this.loop = loop;
    this.highWaterMark = highWaterMark;
  }

  /** Joins it to the link that it carries and to where its bytes go. */
  void join(Link link, Wire wire) {
    this.link = link;
    this.wire = wire;
  }

  /** Two ends of one connection. */
  static void connect(MemoryTransport a, Link linkA, MemoryTransport b, Link linkB) {
    a.join(linkA, into(linkB));
    b.join(linkB, into(linkA));
  }

  private static Wire into(Link link) {
    return new Wire() {
      @Override
      public void bytes(ByteBuf bytes) {
        link.received(bytes);
        link.receiveComplete();
      }

      @Override
      public void closed() {
        link.transportClosed(null);
      }
    };
  }

  void portions(IntUnaryOperator portion) {
    this.portion = portion;
  }

  /** Nothing leaves until {@link #release}. */
  void hold() {
    held = true;
  }

  void release() {
    held = false;
    move();
  }

  @Override
  public ByteBufAllocator allocator() {
    return allocator;
  }

  @Override
  public boolean inEventLoop() {
    return true;
  }

  @Override
  public void write(ByteBuf bytes) {
    if (!closed) {
      written.writeBytes(bytes);
      queuedMax = Math.max(queuedMax, written.readableBytes());
    }
    bytes.release();
    tellWritability();
  }

  @Override
  public void flush() {
    flushes++;
    flushed = written.readableBytes();
    move();
  }

  private void move() {
    if (!moving && !held && flushed > 0) {
      moving = true;
      loop.execute(this::moveSome);
    }
  }

  private void moveSome() {
    moving = false;
    if (held || flushed == 0) {
      return;
    }
    int count = Math.max(1, Math.min(flushed, portion.applyAsInt(flushed)));
    ByteBuf some = allocator.buffer(count);
    some.writeBytes(written, count);
    flushed -= count;
    written.discardReadBytes();
    try {
      wire.bytes(some);
    } finally {
      some.release();
    }
    tellWritability();
    move();
    if (closed && flushed == 0) {
      finish();
    }
  }

  private void tellWritability() {
    if (!closed && wasWritable != isWritable()) {
      wasWritable = isWritable();
      link.writabilityChanged();
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    loop.execute(
        () -> {
          link.transportClosed(null);
          if (flushed == 0 || held) {
            finish();
          }
        });
  }

  private void finish() {
    if (written.refCnt() > 0) {
      written.release();
      flushed = 0;
      loop.execute(wire::closed);
    }
  }

  @Override
  public boolean isWritable() {
    return !closed && written.readableBytes() < highWaterMark;
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    return loop.schedule(task, delay);
  }
}
