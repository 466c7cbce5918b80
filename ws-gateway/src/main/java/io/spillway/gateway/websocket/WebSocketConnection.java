package io.spillway.gateway.websocket;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/**
 * The server's end of one WebSocket connection.
 *
 * <p>Belongs to one XNIO I/O thread: every method is called there, except {@link #ioThread()}.
 * Lives from the upgrade until {@link WebSocketListener#closed}. It has no send queue: after a send
 * that answered false the next may follow only when {@link #isWritable()} is true again.
 */
public final class WebSocketConnection {

  WebSocketConnection() {}

  /** The thread that owns this connection; may be asked from any thread. */
  public XnioIoThread ioThread() {
    throw new UnsupportedOperationException();
  }

  /** Runs a task on this connection's thread after a delay. */
  public XnioExecutor.Key schedule(Runnable task, Duration delay) {
    throw new UnsupportedOperationException();
  }

  /** Whether nothing waits for the socket, so that the next send may be made. */
  public boolean isWritable() {
    throw new UnsupportedOperationException();
  }

  public boolean isOpen() {
    throw new UnsupportedOperationException();
  }

  /**
   * Sends one binary message as one frame, in one write if the socket takes it.
   *
   * @param parts whose readable bytes follow one another in the message. One reference to each is
   *     taken over and released when written or when the connection ends. Indices are not changed,
   *     so one buffer may be on its way to many connections. The array stays the caller's.
   * @param count how many of the parts are to be sent
   * @return whether everything is with the socket; if not, {@link WebSocketListener#writable()}
   *     follows. On a connection that is closing or closed parts are released and the answer is
   *     true.
   * @throws IllegalStateException while not writable
   */
  public boolean send(ByteBuf[] parts, int count) {
    throw new UnsupportedOperationException();
  }

  /** {@link #send(ByteBuf[], int)} for a message that is in one buffer. */
  public boolean send(ByteBuf message) {
    throw new UnsupportedOperationException();
  }

  /**
   * Begins a binary message of known length as one frame; {@link #sendRest} supplies what is
   * missing in the parts. No other message can be sent in between.
   */
  public boolean sendStart(long messageLength, ByteBuf[] parts, int count) {
    throw new UnsupportedOperationException();
  }

  /** Goes on with the message begun by {@link #sendStart}; its last byte ends it. */
  public boolean sendRest(ByteBuf[] parts, int count) {
    throw new UnsupportedOperationException();
  }

  /** Bytes that the message begun by {@link #sendStart} still lacks; 0 when none is under way. */
  public long sendRemaining() {
    throw new UnsupportedOperationException();
  }

  /** Stops {@link WebSocketListener#data}, also for what was read but not handed over yet. */
  public void suspendReads() {
    throw new UnsupportedOperationException();
  }

  /**
   * Undoes {@link #suspendReads()}; data comes from a later turn of the loop, never from within.
   */
  public void resumeReads() {
    throw new UnsupportedOperationException();
  }

  /**
   * Begins the closing handshake: what is pending, then a close frame, then the peer's answer or
   * the close timeout. No data is told from now on, and {@link WebSocketListener#closed} follows
   * later, never from within. A message that {@link #sendStart} began and that is incomplete can't
   * be ended: then the connection is cut instead.
   *
   * @param reason cut to the 123 bytes that fit
   */
  public void close(int code, String reason) {
    throw new UnsupportedOperationException();
  }

  /** Cuts the connection without a closing handshake; {@link WebSocketListener#closed} follows. */
  public void abort() {
    throw new UnsupportedOperationException();
  }

  /** Payload bytes received in binary messages. */
  public long bytesReceived() {
    throw new UnsupportedOperationException();
  }
}
