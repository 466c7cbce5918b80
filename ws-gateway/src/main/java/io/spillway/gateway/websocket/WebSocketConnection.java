package io.spillway.gateway.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.ssl.SslConnection;

/**
 * The server's end of one WebSocket connection.
 *
 * <p>Belongs to one XNIO I/O thread: every method is called there, except {@link #ioThread()}.
 * Lives from the upgrade until {@link WebSocketListener#closed}. It has no send queue: after a send
 * that answered false the next may follow only when {@link #isWritable()} is true again. What it
 * can hold for a peer that doesn't read is one message as given to {@link #send}.
 */
public final class WebSocketConnection {

  private static final Logger log = LoggerFactory.getLogger(WebSocketConnection.class);

  /** After so many full buffers the other connections of this thread have their turn. */
  private static final int READS_PER_TURN = 8;

  /** Pings in a row that may stay unanswered, an interval apart. */
  private static final int PINGS_UNANSWERED_MAX = 2;

  /**
   * Intervals for which a peer may take nothing of what is pending. No ping can be sent to it, and
   * a page that has come to a stop looks the same as a peer that is gone, so it has more time.
   */
  private static final int STALLED_INTERVALS_MAX = 12;

  private static final byte[] EMPTY = {};

  private enum State {
    OPEN,

    /** Our close frame is on its way; the peer's is awaited, and data is read but not told. */
    CLOSING,

    /**
     * Nothing that the peer sends matters any more. Our close frame is on its way; behind it goes
     * the end of the stream, and the peer's end is awaited, because closing with bytes unread would
     * reset the connection and destroy the close frame on its way.
     */
    LINGERING,

    CLOSED
  }

  private final StreamConnection connection;
  private final IoLoop loop;
  private final FrameReader reader = new FrameReader(new Frames());
  private final FrameWriter writer;
  private WebSocketListener listener;
  private State state = State.OPEN;
  private boolean suspended;

  /** Whether {@link #readable} is at work further up in the stack, or will be from a task. */
  private boolean reading;

  /** Whether the listener has been told of the end. */
  private boolean told;

  /** Bytes read and not handed over yet, because reads were suspended; null: none. Owned. */
  private ByteBuf unread;

  /** What we sent in our close frame; null before. */
  private ClosePayload closeSent;

  /** The close timeout; null while open. */
  private XnioExecutor.Key closeTimer;

  private long bytesReceived;

  /** When the peer last gave a sign of life, in the loop's ticks. */
  private int lastHeard;

  /** Pings since then. */
  private int pingsUnanswered;

  /** This connection's place in its loop's list; the loop's own. */
  int loopIndex;

  WebSocketConnection(StreamConnection connection, IoLoop loop, ByteBuffer alreadyRead) {
    this.connection = connection;
    this.loop = loop;
    this.writer = new FrameWriter(connection.getSinkChannel(), loop);
    this.lastHeard = loop.now();
    if (alreadyRead != null && alreadyRead.hasRemaining()) {
      unread = copyOf(alreadyRead);
    }
    loop.add(this);
  }

  /** Begins to read, from a later turn of the loop. */
  public void start(WebSocketListener listener) {
    this.listener = listener;
    if (state == State.CLOSED) {
      return;
    }
    connection.getSourceChannel().setReadListener(channel -> readable());
    connection.getSinkChannel().setWriteListener(channel -> writable());
    // Told later, as it may come from within a write.
    connection.setCloseListener(channel -> defer(this::endOfStream));
    if (!suspended) {
      resumeReading();
    }
  }

  /** The thread that owns this connection; may be asked from any thread. */
  public XnioIoThread ioThread() {
    return loop.thread();
  }

  /** The other end of the TCP connection. */
  public SocketAddress peerAddress() {
    return connection.getPeerAddress();
  }

  /** Runs a task on this connection's thread after a delay. */
  public XnioExecutor.Key schedule(Runnable task, Duration delay) {
    return loop.thread().executeAfter(task, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether nothing waits for the socket, so that the next send may be made. */
  public boolean isWritable() {
    return state == State.OPEN && writer.isIdle();
  }

  /** Whether neither side has begun to close. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** Payload bytes received in binary messages. */
  public long bytesReceived() {
    return bytesReceived;
  }

  /** {@link #send(ByteBuf[], int)} for a message that is in one buffer. */
  public boolean send(ByteBuf message) {
    return send(loop.parts(message), 1);
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
    long length = 0;
    for (int i = 0; i < count; i++) {
      length += parts[i].readableBytes();
    }
    return sendStart(length, parts, count);
  }

  /**
   * Begins a binary message of known length as one frame; {@link #sendRest} supplies what is
   * missing in the parts. No other message can be sent in between.
   */
  public boolean sendStart(long messageLength, ByteBuf[] parts, int count) {
    if (state != State.OPEN) {
      return drop(parts, count);
    }
    check(writer.missing() == 0, "message begun before the end of the one before");
    check(writer.isIdle(), "send while not writable");
    try {
      return settled(writer.begin(messageLength, parts, count));
    } catch (IOException e) {
      return broken(e);
    }
  }

  /** Goes on with the message begun by {@link #sendStart}; its last byte ends it. */
  public boolean sendRest(ByteBuf[] parts, int count) {
    if (state != State.OPEN) {
      return drop(parts, count);
    }
    check(writer.missing() > 0, "no message to go on with");
    check(writer.isIdle(), "send while not writable");
    try {
      return settled(writer.proceed(parts, count));
    } catch (IOException e) {
      return broken(e);
    }
  }

  /** Bytes that the message begun by {@link #sendStart} still lacks; 0 when none is under way. */
  public long sendRemaining() {
    return writer.missing();
  }

  /** Stops {@link WebSocketListener#data}, also for what was read but not handed over yet. */
  public void suspendReads() {
    if (state == State.OPEN && !suspended) {
      suspended = true;
      connection.getSourceChannel().suspendReads();
    }
  }

  /**
   * Undoes {@link #suspendReads()}; data comes from a later turn of the loop, never from within.
   */
  public void resumeReads() {
    if (state == State.OPEN && suspended) {
      suspended = false;
      signOfLife();
      resumeReading();
    }
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
    check(CloseCode.isValidOnTheWire(code), "close code " + code);
    if (state != State.OPEN) {
      return;
    }
    sendClose(new ClosePayload(code, reason));
    if (state == State.CLOSING) {
      resumeReading();
    }
  }

  /** Cuts the connection without a closing handshake; {@link WebSocketListener#closed} follows. */
  public void abort() {
    end(CloseCode.ABNORMAL, "");
  }

  int lastHeard() {
    return lastHeard;
  }

  /** Called by the loop once per ping interval without a byte from the peer. */
  void silentFor(int intervals) {
    if (state != State.OPEN || suspended) {
      return;
    }
    if (!writer.isIdle() || writer.missing() > 0) {
      if (intervals >= STALLED_INTERVALS_MAX) {
        end(CloseCode.ABNORMAL, "takes nothing of what is sent");
      }
    } else if (pingsUnanswered == PINGS_UNANSWERED_MAX) {
      end(CloseCode.ABNORMAL, "no answer to pings");
    } else {
      pingsUnanswered++;
      sendControl(Opcode.PING, EMPTY);
    }
  }

  private void signOfLife() {
    lastHeard = loop.now();
    pingsUnanswered = 0;
  }

  // Reading.

  private void readable() {
    reading = true;
    try {
      if (unread != null && !suspended) {
        consumeUnread();
      }
      readFromSocket();
      if (state == State.OPEN) {
        listener.readComplete();
      }
    } catch (IOException e) {
      end(CloseCode.ABNORMAL, "read failed: " + e.getMessage());
    } catch (Violation violation) {
      fail(violation.closeCode(), violation.getMessage());
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    reading = false;
    if (unread != null && wantsBytes()) {
      readSoon();
    }
  }

  private void resumeReading() {
    connection.getSourceChannel().resumeReads();
    if (unread != null) {
      readSoon();
    }
  }

  private void readFromSocket() throws IOException {
    for (int i = 0; i < READS_PER_TURN && wantsBytes(); i++) {
      ByteBuffer buffer = loop.readBuffer();
      int count = connection.getSourceChannel().read(buffer);
      if (count < 0) {
        endOfStream();
        return;
      }
      if (count == 0) {
        return;
      }
      signOfLife();
      consume(buffer.flip());
      // A plain socket that fills less than the buffer is empty; TLS gives one record at a time.
      if (count < IoLoop.BUFFER_SIZE && !(connection instanceof SslConnection)) {
        return;
      }
    }
  }

  private void readSoon() {
    if (!reading) {
      reading = true;
      defer(this::readable);
    }
  }

  private boolean wantsBytes() {
    return state != State.CLOSED && !suspended;
  }

  private void consumeFrames(ByteBuffer bytes) {
    while (bytes.hasRemaining() && !suspended && wantsFrames()) {
      reader.read(bytes);
    }
  }

  private void consume(ByteBuffer bytes) {
    consumeFrames(bytes);
    if (bytes.hasRemaining() && wantsFrames()) {
      unread = copyOf(bytes);
    }
  }

  private void consumeUnread() {
    ByteBuf kept = unread;
    unread = null;
    ByteBuffer bytes = kept.internalNioBuffer(kept.readerIndex(), kept.readableBytes());
    try {
      consumeFrames(bytes);
    } finally {
      kept.readerIndex(kept.writerIndex() - bytes.remaining());
      if (kept.isReadable() && wantsFrames()) {
        unread = kept;
      } else {
        kept.release();
      }
    }
  }

  private void dropUnread() {
    if (unread != null) {
      unread.release();
      unread = null;
    }
  }

  private boolean wantsFrames() {
    return state == State.OPEN || state == State.CLOSING;
  }

  private void endOfStream() {
    if (closeSent == null) {
      end(CloseCode.ABNORMAL, "ended without a close frame");
    } else {
      end(closeSent.code(), closeSent.reason());
    }
  }

  private final class Frames implements FrameReader.Sink {

    @Override
    public void data(ByteBuffer payload, boolean lastOfMessage) {
      if (state == State.OPEN) {
        bytesReceived += payload.remaining();
        listener.data(payload, lastOfMessage);
      }
    }

    @Override
    public void control(int opcode, byte[] payload) {
      if (opcode == Opcode.CLOSE) {
        peerClosed(ClosePayload.parse(payload));
      } else if (opcode == Opcode.PING && state == State.OPEN) {
        // 5.5.3: a pong waiting for its turn may be left out in favour of the newest.
        sendControl(Opcode.PONG, payload);
      }
    }
  }

  // Writing.

  private boolean sendControl(int opcode, byte[] payload) {
    try {
      return settled(writer.control(opcode, payload));
    } catch (IOException e) {
      return broken(e);
    }
  }

  private boolean settled(boolean idle) {
    if (!idle) {
      connection.getSinkChannel().resumeWrites();
    }
    return idle;
  }

  private boolean broken(IOException e) {
    end(CloseCode.ABNORMAL, "write failed: " + e.getMessage());
    return true;
  }

  private void writable() {
    // A full socket has room again, so the peer has acknowledged bytes.
    signOfLife();
    try {
      if (!writer.flush()) {
        return;
      }
      connection.getSinkChannel().suspendWrites();
      if (state == State.LINGERING) {
        finishWriting();
      } else if (state == State.OPEN) {
        listener.writable();
      }
    } catch (IOException e) {
      broken(e);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private static boolean drop(ByteBuf[] parts, int count) {
    for (int i = 0; i < count; i++) {
      parts[i].release();
    }
    return true;
  }

  // Ending.

  private void peerClosed(ClosePayload close) {
    if (state == State.CLOSING) {
      linger();
    } else {
      // 5.5.1: a close frame is answered with one, which usually echoes the code.
      answerWithClose(close);
    }
  }

  /** 7.1.7: fails the connection, saying why. */
  private void fail(int code, String reason) {
    if (state == State.CLOSING) {
      linger();
    } else if (state == State.OPEN) {
      log.debug("Closing the WebSocket connection from {}: {}", peerAddress(), reason);
      answerWithClose(new ClosePayload(code, reason));
    }
  }

  private void fail(Throwable bug) {
    log.error("A WebSocket connection from {} failed", peerAddress(), bug);
    fail(CloseCode.INTERNAL_ERROR, "internal error");
  }

  private void answerWithClose(ClosePayload close) {
    tell(close.code(), close.reason());
    sendClose(close);
    if (state == State.CLOSING) {
      linger();
    }
  }

  private void sendClose(ClosePayload close) {
    if (writer.missing() > 0) {
      end(close.code(), close.reason());
      return;
    }
    state = State.CLOSING;
    closeSent = close;
    suspended = false;
    closeTimer = schedule(() -> end(close.code(), close.reason()), loop.closeTimeout());
    sendControl(Opcode.CLOSE, close.bytes());
  }

  /** The peer has said all that matters, and so have we as soon as the writer is idle. */
  private void linger() {
    state = State.LINGERING;
    dropUnread();
    tell(closeSent.code(), closeSent.reason());
    connection.getSourceChannel().resumeReads();
    if (writer.isIdle()) {
      try {
        finishWriting();
      } catch (IOException e) {
        broken(e);
      }
    }
  }

  private void finishWriting() throws IOException {
    connection.getSinkChannel().shutdownWrites();
    settled(connection.getSinkChannel().flush());
  }

  private void end(int code, String reason) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    if (closeTimer != null) {
      closeTimer.remove();
    }
    dropUnread();
    writer.release();
    loop.remove(this);
    IoUtils.safeClose(connection);
    tell(code, reason);
  }

  private void tell(int code, String reason) {
    if (!told) {
      told = true;
      defer(
          () -> {
            if (listener != null) {
              listener.closed(code, reason);
            }
          });
    }
  }

  /** Runs a task on this thread, but not from within what is going on now. */
  private void defer(Runnable task) {
    try {
      loop.thread().execute(task);
    } catch (RejectedExecutionException e) {
      // The worker is stopping: there is no later turn.
      task.run();
    }
  }

  private static ByteBuf copyOf(ByteBuffer bytes) {
    return ByteBufAllocator.DEFAULT.directBuffer(bytes.remaining()).writeBytes(bytes);
  }

  private static void check(boolean condition, String message) {
    if (!condition) {
      throw new IllegalStateException(message);
    }
  }
}
