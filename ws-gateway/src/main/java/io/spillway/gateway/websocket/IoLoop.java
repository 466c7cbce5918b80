package io.spillway.gateway.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioIoThread;

/**
 * What the connections of one I/O thread share: a read and a write buffer, each lent for the length
 * of one call, so that a connection at rest holds none; and the clock that finds silent peers, as a
 * timer for each would cost more than the connection's own state.
 *
 * <p>One per I/O thread, for as long as the server; everything except {@link #size()} is called on
 * that thread.
 */
final class IoLoop {

  static final int BUFFER_SIZE = 64 * 1024;

  /** Ticks per ping interval: how exactly the interval is kept. */
  private static final int TICKS = 5;

  private final XnioIoThread thread;
  private final WebSocketSettings settings;
  private final long tickMillis;
  private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
  private final ByteBuffer writeBuffer =
      ByteBuffer.allocateDirect(FrameHeader.LENGTH_MAX + BUFFER_SIZE);
  private final ByteBuf[] parts = new ByteBuf[1];
  private final List<WebSocketConnection> connections = new ArrayList<>();

  /** Read by other threads for figures. */
  private volatile int size;

  private int now;

  IoLoop(XnioIoThread thread, WebSocketSettings settings) {
    this.thread = thread;
    this.settings = settings;
    this.tickMillis = Math.max(1, settings.pingInterval().toMillis() / TICKS);
    if (!settings.pingInterval().isZero()) {
      scheduleTick();
    }
  }

  private void scheduleTick() {
    try {
      thread.executeAfter(this::tick, tickMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The worker is stopping, and its connections with it.
    }
  }

  XnioIoThread thread() {
    return thread;
  }

  Duration closeTimeout() {
    return settings.closeTimeout();
  }

  /** Empty and ready to be read into. */
  ByteBuffer readBuffer() {
    return readBuffer.clear();
  }

  /** Empty and ready to be filled. */
  ByteBuffer writeBuffer() {
    return writeBuffer.clear();
  }

  /** A message's only part, in an array that is good for one call. */
  ByteBuf[] parts(ByteBuf message) {
    parts[0] = message;
    return parts;
  }

  /** The time in ticks. */
  int now() {
    return now;
  }

  int size() {
    return size;
  }

  void add(WebSocketConnection connection) {
    connection.loopIndex = connections.size();
    connections.add(connection);
    size = connections.size();
  }

  void remove(WebSocketConnection connection) {
    WebSocketConnection last = connections.remove(connections.size() - 1);
    if (last != connection) {
      connections.set(connection.loopIndex, last);
      last.loopIndex = connection.loopIndex;
    }
    size = connections.size();
  }

  private void tick() {
    scheduleTick();
    now++;
    // Backwards, because a connection that is cut takes the last one's place.
    for (int i = connections.size() - 1; i >= 0; i--) {
      WebSocketConnection connection = connections.get(i);
      int silence = now - connection.lastHeard();
      if (silence >= TICKS && silence % TICKS == 0) {
        connection.silentFor(silence / TICKS);
      }
    }
  }
}
