package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.spillway.link.Link;
import io.spillway.link.LinkTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * A link's bytes over an XNIO connection, TCP or TLS.
 *
 * <p>Thread: the connection's I/O thread. Lifetime: from {@link #start} until the connection is
 * closed, which the link is told once.
 */
final class XnioTransport implements LinkTransport {
  private static final int READ_BYTES = 64 * 1024;

  /** Reads in a row before other connections of the thread have their turn. */
  private static final int READS_PER_TURN = 8;

  /** How long what goes along with something else waits for it. */
  private static final long SOON_MILLIS = 20;

  private static final int HIGH_WATER_BYTES = 512 * 1024;
  private static final int LOW_WATER_BYTES = 128 * 1024;

  private final StreamConnection connection;
  private final ConduitStreamSourceChannel source;
  private final ConduitStreamSinkChannel sink;
  private final XnioIoThread ioThread;
  private final ByteBufAllocator allocator;
  private final SinkQueue queue = new SinkQueue();

  /** Set by {@link #start}. */
  private Link link;

  private boolean writable = true;

  /** The end was asked for; what is queued goes first. */
  private boolean closing;

  private boolean closed;

  /** What the last read used, to be used again; null: none, or a read is going on. Owned. */
  private ByteBuf readBuffer;

  private final Runnable endOfTurn = this::endOfTurn;

  /** A flush at the end of this turn of the loop is on its way. */
  private boolean flushScheduled;

  /** A flush within {@link #SOON_MILLIS} is on its way. */
  private boolean flushSoonScheduled;

  XnioTransport(StreamConnection connection, ByteBufAllocator allocator) {
    this.connection = connection;
    this.source = connection.getSourceChannel();
    this.sink = connection.getSinkChannel();
    this.ioThread = connection.getIoThread();
    this.allocator = allocator;
  }

  void start(Link link) {
    this.link = link;
    sink.setWriteListener(channel -> writeReady());
    source.setReadListener(channel -> readReady());
    connection.setCloseListener(channel -> closedByItself());
    link.start();
    source.resumeReads();
  }

  /** Flushes the link once everything that is ready in this turn of the loop has been handled. */
  void flushAtEndOfTurn() {
    if (!flushScheduled) {
      flushScheduled = true;
      ioThread.execute(endOfTurn);
    }
  }

  private void endOfTurn() {
    flushScheduled = false;
    link.flush();
  }

  /** Flushes the link with whatever it sends next, or by itself when that takes too long. */
  void flushSoon() {
    if (!flushSoonScheduled) {
      flushSoonScheduled = true;
      ioThread.executeAfter(
          () -> {
            flushSoonScheduled = false;
            link.flush();
          },
          SOON_MILLIS,
          TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public ByteBufAllocator allocator() {
    return allocator;
  }

  @Override
  public boolean inEventLoop() {
    return Thread.currentThread() == ioThread;
  }

  @Override
  public void write(ByteBuf bytes) {
    if (closed || closing) {
      bytes.release();
      return;
    }
    queue.add(bytes);
    if (queue.bytes() > HIGH_WATER_BYTES) {
      writable = false;
    }
  }

  @Override
  public void flush() {
    if (!closed && !sink.isWriteResumed()) {
      writeQueue();
    }
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void close() {
    if (closing || closed) {
      return;
    }
    closing = true;
    source.suspendReads();
    writeQueue();
    if (!closed) {
      ioThread.executeAfter(() -> ended(null), 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    XnioExecutor.Key key = ioThread.executeAfter(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    return key::remove;
  }

  private void readReady() {
    ByteBuf bytes = readBuffer == null ? allocator.directBuffer(READ_BYTES) : readBuffer;
    readBuffer = null;
    try {
      for (int i = 0; i < READS_PER_TURN && !closed && !closing; i++) {
        bytes = writableBuffer(bytes);
        int n = source.read(bytes.internalNioBuffer(bytes.writerIndex(), bytes.writableBytes()));
        if (n < 0) {
          ended(null);
          return;
        }
        if (n == 0) {
          break;
        }
        boolean full = n == bytes.writableBytes();
        bytes.writerIndex(bytes.writerIndex() + n);
        link.received(bytes);
        if (!full) {
          break;
        }
      }
      if (!closed) {
        link.receiveComplete();
      }
    } catch (IOException e) {
      ended(e);
    } finally {
      if (closed) {
        bytes.release();
      } else {
        readBuffer = bytes;
      }
    }
  }

  /** The same buffer, emptied, unless somebody keeps parts of it. */
  private ByteBuf writableBuffer(ByteBuf bytes) {
    if (bytes.refCnt() == 1) {
      return bytes.clear();
    }
    bytes.release();
    return allocator.directBuffer(READ_BYTES);
  }

  private void writeReady() {
    boolean wasWritable = writable;
    writeQueue();
    if (!closed && writable && !wasWritable) {
      link.writabilityChanged();
    }
  }

  private void writeQueue() {
    try {
      boolean written = queue.writeTo(sink);
      // Also when the socket took it all at once: then nobody calls when there is room. The link
      // looks again after each flush.
      if (queue.bytes() < LOW_WATER_BYTES) {
        writable = true;
      }
      if (written && closing) {
        ended(null);
      }
    } catch (IOException e) {
      // The link may be the caller, in the middle of something.
      ioThread.execute(() -> ended(e));
    }
  }

  /** A read that fails closes first and throws then, and the exception knows the cause. */
  private void closedByItself() {
    if (closed) {
      return;
    }
    try {
      ioThread.execute(() -> ended(null));
    } catch (RejectedExecutionException e) {
      ended(null); // The thread itself is ending.
    }
  }

  private void ended(IOException cause) {
    if (closed) {
      return;
    }
    closed = true;
    queue.clear();
    if (readBuffer != null) {
      readBuffer.release();
      readBuffer = null;
    }
    IoUtils.safeClose(connection);
    link.transportClosed(cause);
  }
}
