package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.spillway.link.CloseReason;
import io.spillway.link.EdgeStatistics;
import io.spillway.link.OpenFacts;
import io.spillway.link.StreamAttributes;
import io.spillway.link.StreamListener;
import io.spillway.mqtt.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * A browser's own TCP connection to a broker. A browser that doesn't keep up isn't read for, so the
 * broker's own rules for slow clients apply and nothing is dropped here.
 *
 * <p>Thread: the I/O thread that opened it. Lifetime: from the upgrade; the connection is asked for
 * with the browser's first byte.
 */
final class PlainStream implements UpstreamStream, PacketUnits.Sink {
  /** What may wait here on its way up before the browser isn't read any more. */
  private static final int UP_BYTES_MAX = 64 * 1024;

  /** What may be on its way down to the browser before the broker isn't read any more. */
  private static final int DOWN_BYTES_MAX = 128 * 1024;

  private static final int READ_BYTES = 32 * 1024;

  private final PlainPool pool;
  private final OpenFacts facts;
  private final StreamListener listener;
  private final ByteBufAllocator allocator;
  private final PacketUnits units;
  private final SinkQueue up = new SinkQueue();

  /** Null until there is one. */
  private StreamConnection connection;

  private boolean connectionWanted;
  private boolean closed;

  /** The end was asked for; what is queued goes first. */
  private boolean closing;

  /** Somebody was told that there is no room. */
  private boolean wasFull;

  /** Told and not yet consumed. */
  private int downBytes;

  /** The protocol level in CONNECT; 0: not seen. */
  private int protocolLevel;

  private boolean answered;

  PlainStream(
      PlainPool pool, OpenFacts facts, StreamListener listener, ByteBufAllocator allocator) {
    this.pool = pool;
    this.facts = facts;
    this.listener = listener;
    this.allocator = allocator;
    this.units = new PacketUnits(this, allocator);
  }

  @Override
  public void send(ByteBuf bytes, int remaining) {
    if (closed || closing) {
      bytes.release();
      return;
    }
    if (!connectionWanted) {
      connectionWanted = true;
      protocolLevel = protocolLevel(bytes);
      if (pool.sendsProxyHeader()) {
        up.add(ProxyHeader.encode(facts.remoteAddress(), facts.listenerAddress(), allocator));
      }
      up.add(bytes);
      pool.take(this);
    } else {
      up.add(bytes);
      write();
    }
  }

  @Override
  public void send(ByteBuffer packets) {
    send(copy(packets), 0);
  }

  private ByteBuf copy(ByteBuffer bytes) {
    return allocator.buffer(bytes.remaining()).writeBytes(bytes);
  }

  /** Where CONNECT has it: behind the fixed header and the protocol's name. */
  private static int protocolLevel(ByteBuf connect) {
    int at = connect.readerIndex() + 1;
    int end = connect.writerIndex();
    while (at < end && connect.getByte(at++) < 0) {
      continue; // The remaining length ends with the first byte that isn't negative.
    }
    int level = at + 2 <= end ? at + 2 + connect.getUnsignedShort(at) : end;
    return level < end ? connect.getUnsignedByte(level) : 0;
  }

  @Override
  public boolean isWritable() {
    boolean writable = up.bytes() < UP_BYTES_MAX && (connection != null || !connectionWanted);
    wasFull |= !writable;
    return writable;
  }

  @Override
  public void consumed(int bytes) {
    downBytes -= bytes;
    if (connection != null && !closed && downBytes < DOWN_BYTES_MAX / 2) {
      connection.getSourceChannel().resumeReads();
    }
  }

  @Override
  public void statistics(EdgeStatistics statistics) {
    // A foreign broker has no use for them.
  }

  @Override
  public void close(CloseReason reason, String text) {
    if (closed || closing) {
      return;
    }
    closing = true;
    if (connection == null) {
      end();
      return;
    }
    connection.getSourceChannel().suspendReads();
    write();
  }

  /** The pool has a connection for this stream. */
  void connected(StreamConnection opened) {
    if (closed) {
      IoUtils.safeClose(opened);
      return;
    }
    connection = opened;
    opened.getSourceChannel().setReadListener(channel -> readReady());
    opened.getSinkChannel().setWriteListener(channel -> write());
    opened.setCloseListener(channel -> lost("the broker's connection ended"));
    write();
    if (!closed) {
      opened.getSourceChannel().resumeReads();
    }
  }

  /** There is no connection to be had. */
  void cannotConnect(String why) {
    fail(CloseReason.SERVER_UNAVAILABLE, why);
  }

  private void write() {
    if (connection == null || closed) {
      return;
    }
    try {
      boolean written = up.writeTo(connection.getSinkChannel());
      if (closing) {
        if (written) {
          end();
        }
      } else if (wasFull && up.bytes() < UP_BYTES_MAX / 2) {
        wasFull = false;
        listener.writable();
      }
    } catch (IOException e) {
      lost(e.getMessage());
    }
  }

  private void readReady() {
    ByteBuf bytes = allocator.directBuffer(READ_BYTES);
    try {
      int n = connection.getSourceChannel().read(bytes.internalNioBuffer(0, READ_BYTES));
      if (n < 0) {
        lost("the broker closed the connection");
        return;
      }
      units.feed(bytes.internalNioBuffer(0, n), Integer.MAX_VALUE);
      if (!closed && downBytes >= DOWN_BYTES_MAX) {
        connection.getSourceChannel().suspendReads();
      }
      pool.batchComplete();
    } catch (IOException e) {
      lost(e.getMessage());
    } catch (ProtocolException e) {
      fail(CloseReason.UNSPECIFIED_ERROR, "the broker sent no MQTT: " + e.getMessage());
    } finally {
      bytes.release();
    }
  }

  @Override
  public boolean packet(int firstByte, int length) {
    if (!answered) {
      answered = true;
      // Keep alive stays the broker's business.
      listener.attributes(
          new StreamAttributes(
              protocolLevel,
              0,
              Integer.MAX_VALUE,
              StreamAttributes.SlowClientPolicy.EDGE_DEFAULT,
              ""));
    }
    return true;
  }

  @Override
  public void packets(ByteBuffer bytes) {
    unit(copy(bytes), true, 0);
  }

  @Override
  public void unit(ByteBuf bytes, boolean first, int remaining) {
    try {
      if (!closed && !closing) {
        downBytes += bytes.readableBytes();
        listener.data(bytes, first, remaining, false);
      }
    } finally {
      bytes.release();
    }
  }

  private void lost(String why) {
    fail(CloseReason.NORMAL, why == null ? "the broker's connection was lost" : why);
  }

  private void fail(CloseReason reason, String why) {
    boolean tell = !closed && !closing;
    end();
    if (tell) {
      listener.closed(reason, why);
    }
  }

  private void end() {
    if (!closed) {
      closed = true;
      up.clear();
      units.clear();
      IoUtils.safeClose(connection);
    }
  }
}
