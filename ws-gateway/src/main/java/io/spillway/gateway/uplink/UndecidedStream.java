package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.spillway.link.CloseReason;
import io.spillway.link.EdgeStatistics;
import io.spillway.link.StreamListener;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.xnio.XnioExecutor;

/**
 * A stream that is opened when its client's CONNECT packet has said which core it belongs to: where
 * there are several, a client comes back to the one that has its session. What it sends until then
 * waits here, within a bound of bytes and of time.
 *
 * <p>Thread: the I/O thread it was made on.
 */
final class UndecidedStream implements UpstreamStream {
  /** A client that sends more before its identifier is known does without its own core. */
  private static final int BYTES_MAX = 16 * 1024;

  private final StreamListener listener;

  /** Opens a stream for a client identifier; null when no core can be reached. */
  private final Function<String, UpstreamStream> opener;

  private final ByteBufAllocator allocator;
  private final XnioExecutor.Key timer;

  /** What waits; null: nothing. Owned. */
  private ByteBuf waiting;

  /** What the last unit in {@link #waiting} still lacks. */
  private int remaining;

  /** Null until it is open. */
  private UpstreamStream opened;

  /** Closed by either side before it was open. */
  private boolean closed;

  /**
   * @param timer runs {@link #timedOut} if the identifier doesn't come
   */
  UndecidedStream(
      StreamListener listener,
      Function<String, UpstreamStream> opener,
      ByteBufAllocator allocator,
      Function<Runnable, XnioExecutor.Key> timer) {
    this.listener = listener;
    this.opener = opener;
    this.allocator = allocator;
    this.timer = timer.apply(this::timedOut);
  }

  @Override
  public void send(ByteBuf bytes, int more) {
    if (opened != null) {
      opened.send(bytes, more);
      return;
    }
    if (closed) {
      bytes.release();
      return;
    }
    if (waiting == null) {
      waiting = bytes;
    } else {
      waiting.writeBytes(bytes);
      bytes.release();
    }
    remaining = more;
    String clientId = ConnectPacket.clientId(waiting);
    if (clientId != ConnectPacket.NEED_MORE) {
      decide(clientId);
    } else if (waitingBytes() >= BYTES_MAX || more == 0) {
      decide(ConnectPacket.NONE);
    }
  }

  @Override
  public void send(ByteBuffer packets) {
    if (opened != null) {
      opened.send(packets);
    } else {
      send(allocator.buffer(packets.remaining()).writeBytes(packets), 0);
    }
  }

  /** The core has limits of its own for a client that sends nothing. */
  private void timedOut() {
    if (opened == null && !closed) {
      decide(ConnectPacket.NONE);
    }
  }

  private void decide(String clientId) {
    timer.remove();
    opened = opener.apply(clientId);
    if (opened == null) {
      close(CloseReason.SERVER_UNAVAILABLE, "");
      listener.closed(CloseReason.SERVER_UNAVAILABLE, "no core can be reached");
      return;
    }
    if (waiting != null) {
      ByteBuf first = waiting;
      waiting = null;
      opened.send(first, remaining);
    }
  }

  private int waitingBytes() {
    return waiting == null ? 0 : waiting.readableBytes();
  }

  @Override
  public boolean isWritable() {
    return opened == null ? waitingBytes() < BYTES_MAX : opened.isWritable();
  }

  @Override
  public void consumed(int bytes) {
    if (opened != null) {
      opened.consumed(bytes);
    }
  }

  @Override
  public void statistics(EdgeStatistics statistics) {
    if (opened != null) {
      opened.statistics(statistics);
    }
  }

  @Override
  public void close(CloseReason reason, String text) {
    if (opened != null) {
      opened.close(reason, text);
      return;
    }
    closed = true;
    timer.remove();
    if (waiting != null) {
      waiting.release();
      waiting = null;
    }
  }
}
