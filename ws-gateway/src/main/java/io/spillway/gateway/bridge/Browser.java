package io.spillway.gateway.bridge;

import io.netty.buffer.ByteBuf;
import io.spillway.gateway.uplink.PacketUnits;
import io.spillway.gateway.uplink.UpstreamStream;
import io.spillway.gateway.websocket.CloseCode;
import io.spillway.gateway.websocket.WebSocketConnection;
import io.spillway.gateway.websocket.WebSocketListener;
import io.spillway.link.CloseReason;
import io.spillway.link.SharedPacket;
import io.spillway.link.StreamAttributes;
import io.spillway.link.StreamListener;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ReasonCode;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * One browser: its WebSocket connection on one side, its stream to the core on the other. One side
 * ending ends the other.
 *
 * <p>Thread: the connection's I/O thread, which is the stream's as well. Lifetime: from the upgrade
 * until the connection has told its end.
 */
final class Browser implements WebSocketListener, PacketUnits.Sink {
  private static final int PINGREQ = 0xC0;
  private static final int PINGRESP = 0xD0;
  private static final byte[] PINGRESP_PACKET = {(byte) PINGRESP, 0};
  private static final int DISCONNECT = 0xE0;

  private enum State {
    /** The core hasn't answered CONNECT. */
    CONNECTING,
    CONNECTED,
    /** No stream any more; what the core sent goes to the browser, then it is closed. */
    ENDING,
    /** The WebSocket connection is closing or closed; nothing goes either way. */
    ENDED
  }

  // Why reading is suspended, bit by bit.
  private static final int UPSTREAM_FULL = 1;
  private static final int CONNECT_UNANSWERED = 2;
  private static final int NO_UPSTREAM = 4;

  private final BridgeThread thread;
  private final WebSocketConnection connection;
  private final PacketUnits units;
  private final Downward downward;
  private final PingBarrier pings = new PingBarrier();
  private final EdgeReport report = new EdgeReport();

  /** Set by {@link #begin}, before anything is told. */
  private UpstreamStream stream;

  private State state = State.CONNECTING;

  /** The bits of what suspends reading; 0: it goes on. */
  private int suspended;

  /** The first packet has been seen; only the core can say whether it is a CONNECT. */
  private boolean connectSeen;

  /** Bytes read before the core answered CONNECT. */
  private int preConnectBytes;

  /** As the core says; 0: not known. */
  private int protocolLevel;

  /** One and a half times the keep alive; 0: none. */
  private long keepAliveNanos;

  /** When bytes last came or could have come, by {@link System#nanoTime}. */
  private long lastReceived = System.nanoTime();

  /** While ENDING: why. */
  private CloseReason endReason;

  private String endText;

  /** While ENDING: when it is over whatever is left, by {@link System#nanoTime}. */
  private long endAt;

  /** Where the thread's list has this browser; the thread's. */
  int index;

  /** The thread's list of those to flush has this browser; the thread's. */
  boolean dirty;

  /** Runs if the core doesn't believe who the client is. Null when it has. */
  private Runnable loginFailed;

  Browser(BridgeThread thread, WebSocketConnection connection, Runnable loginFailed) {
    this.loginFailed = loginFailed;
    this.thread = thread;
    this.connection = connection;
    this.units = new PacketUnits(this, thread.allocator());
    this.downward = new Downward(thread, connection, this);
  }

  /** Who is to be told what the core sends. */
  StreamListener fromCore() {
    return new FromCore();
  }

  /** The stream is open; now things may happen. */
  void begin(UpstreamStream opened) {
    stream = opened;
    thread.add(this);
  }

  @Override
  public void data(ByteBuffer payload, boolean lastOfMessage) {
    if (state == State.ENDING || state == State.ENDED) {
      return;
    }
    lastReceived = System.nanoTime();
    if (state == State.CONNECTING) {
      preConnectBytes += payload.remaining();
    }
    try {
      units.feed(payload, thread.settings().packetLengthMax());
    } catch (ProtocolException e) {
      end(CloseReason.ofMqtt(e.reasonCode().code()), e.getMessage());
      return;
    }
    if (state == State.CONNECTING && preConnectBytes >= thread.settings().preConnectBytesMax()) {
      suspend(CONNECT_UNANSWERED);
    }
    if (!stream.isWritable()) {
      suspend(UPSTREAM_FULL);
    }
  }

  @Override
  public void readComplete() {
    downward.flush();
  }

  @Override
  public boolean packet(int firstByte, int length) {
    if (!connectSeen) {
      connectSeen = true;
      checkConnect(length);
    } else if (firstByte == PINGREQ && length == 2) {
      return !answersPing();
    }
    pings.packetUp();
    return true;
  }

  private void checkConnect(int length) {
    int lengthMax = thread.settings().preConnectBytesMax();
    if (length > lengthMax) {
      throw new ProtocolException(
          ReasonCode.PACKET_TOO_LARGE,
          "size of the first packet: " + length + " (expected: <= " + lengthMax + ")");
    }
  }

  /** False: the PINGREQ goes to the core. */
  private boolean answersPing() {
    // Who doesn't enforce the keep alive may not hide the client's pings from the one who does.
    // Nothing can be put behind a unit that is still arriving, so then the core is to answer too;
    // and where answers aren't read, as its credit bounds how many wait.
    boolean mayAnswer =
        state == State.CONNECTED
            && keepAliveNanos > 0
            && !downward.isWithinUnit()
            && !downward.isBehind();
    if (!pings.answersHere(mayAnswer)) {
      return false;
    }
    report.pingAnswered();
    downward.own(PINGRESP_PACKET);
    return true;
  }

  @Override
  public void packets(ByteBuffer bytes) {
    stream.send(bytes);
  }

  @Override
  public void unit(ByteBuf bytes, boolean first, int remaining) {
    stream.send(bytes, remaining);
  }

  @Override
  public void writable() {
    downward.writable();
    endIfFlushed();
  }

  @Override
  public void closed(int code, String reason) {
    if (state == State.CONNECTING || state == State.CONNECTED) {
      report.send(stream, downward);
      stream.close(reasonOf(code), reason.isEmpty() ? "WebSocket close code " + code : reason);
    }
    state = State.ENDED;
    units.clear();
    downward.clear();
    thread.remove(this, code);
  }

  /** What the end of the WebSocket connection means to the core; each of these fires the will. */
  private static CloseReason reasonOf(int code) {
    return switch (code) {
      case CloseCode.ABNORMAL -> CloseReason.CLIENT_LOST;
      case CloseCode.UNSUPPORTED_DATA -> CloseReason.TEXT_FRAME;
      case CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_PAYLOAD ->
          CloseReason.WEBSOCKET_PROTOCOL_ERROR;
      default -> CloseReason.CLIENT_CLOSED;
    };
  }

  /** Credit for bytes that are in the browser's socket. */
  void consumed(int bytes) {
    if (state != State.ENDED) {
      stream.consumed(bytes);
    }
  }

  /** Writes what the turn brought. */
  void flush() {
    if (state != State.ENDED) {
      downward.flush();
      endIfFlushed();
    }
  }

  /** Adds what happened to this browser since it came. */
  void addTo(EdgeTotals.Sum sum) {
    sum.bytesReceived += connection.bytesReceived();
    report.addTo(sum, downward);
  }

  /** Looks at the time limits. */
  void sweep(long now) {
    switch (state) {
      case CONNECTING, CONNECTED -> {
        report.sendIfDue(stream, downward, now);
        // Whoever isn't read can't be blamed for silence.
        if (suspended == 0 && keepAliveNanos > 0 && now - lastReceived > keepAliveNanos) {
          end(CloseReason.KEEP_ALIVE_TIMEOUT, "nothing came for one and a half times keep alive");
        }
      }
      case ENDING -> {
        if (now - endAt >= 0) {
          close();
        }
      }
      case ENDED -> {}
    }
  }

  /** The edge ends both sides. */
  void end(CloseReason reason, String text) {
    if (state == State.ENDING || state == State.ENDED) {
      return;
    }
    report.send(stream, downward);
    stream.close(reason, text);
    if (protocolLevel == 5 && !downward.isWithinUnit()) {
      downward.own(new byte[] {(byte) DISCONNECT, 2, (byte) reason.mqttReasonCode(), 0});
    }
    ending(reason, text, System.nanoTime() + thread.settings().closeTimeout().toNanos());
    endIfFlushed();
  }

  private void ending(CloseReason reason, String text, long at) {
    state = State.ENDING;
    endReason = reason;
    endText = text;
    endAt = at;
    suspend(NO_UPSTREAM);
  }

  private void endIfFlushed() {
    if (state == State.ENDING && endReason != CloseReason.LINK_LOST) {
      downward.flush();
      if (downward.isEmpty()) {
        close();
      }
    }
  }

  private void close() {
    state = State.ENDED;
    connection.close(endReason.webSocketCode(), endText);
  }

  private void suspend(int why) {
    if (suspended == 0) {
      connection.suspendReads();
    }
    suspended |= why;
  }

  private void resume(int why) {
    if ((suspended & why) != 0) {
      suspended &= ~why;
      if (suspended == 0) {
        lastReceived = System.nanoTime();
        connection.resumeReads();
      }
    }
  }

  /** What the core's side tells. */
  private final class FromCore implements StreamListener {
    @Override
    public void data(ByteBuf bytes, boolean first, int remaining, boolean droppable) {
      if (state == State.ENDED) {
        return;
      }
      if (pings.isWaiting() && first && remaining == 0 && !droppable) {
        pings.answered(Packets.count(bytes, PINGRESP));
      }
      if (first) {
        report.packetSent();
      }
      delivered(downward.unit(bytes, first, remaining, droppable));
    }

    @Override
    public void multicast(SharedPacket packet) {
      if (state != State.ENDED) {
        report.packetSent();
        downward.shared(packet.bytes());
        delivered(true);
      }
    }

    @Override
    public void multicast(SharedPacket template, int packetId) {
      if (state != State.ENDED) {
        report.packetSent();
        delivered(downward.shared(template.bytes(), template.packetIdOffset(), packetId));
      }
    }

    private void delivered(boolean accepted) {
      if (accepted) {
        thread.dirty(Browser.this);
      } else {
        end(CloseReason.SLOW_CLIENT, "no room in the gateway for more bytes that wait for clients");
      }
    }

    @Override
    public void writable() {
      resume(UPSTREAM_FULL);
    }

    @Override
    public void attributes(StreamAttributes attributes) {
      if (state == State.CONNECTING) {
        state = State.CONNECTED;
        loginFailed = null;
      }
      protocolLevel = attributes.protocolLevel();
      // [MQTT-3.1.2-22] (5.0), [MQTT-3.1.2-24] (3.1.1): one and a half times the keep alive.
      keepAliveNanos = TimeUnit.MILLISECONDS.toNanos(attributes.keepAliveSeconds() * 1500L);
      switch (attributes.policy()) {
        case EDGE_DEFAULT -> {}
        case DROP_OLDEST -> downward.outbox().policy(SlowClientPolicy.DROP_OLDEST);
        case DROP_NEWEST -> downward.outbox().policy(SlowClientPolicy.DROP_NEWEST);
        case LATEST -> downward.outbox().policy(SlowClientPolicy.LATEST);
      }
      resume(CONNECT_UNANSWERED);
    }

    @Override
    public void closed(CloseReason reason, String text) {
      if (state == State.ENDING || state == State.ENDED) {
        return;
      }
      if (reason == CloseReason.BAD_USER_NAME_OR_PASSWORD && loginFailed != null) {
        loginFailed.run();
      }
      long now = System.nanoTime();
      // All browsers of a link lose it at once, and shall not all come back at once.
      long at =
          reason == CloseReason.LINK_LOST
              ? thread.withinSpread(now)
              : now + thread.settings().closeTimeout().toNanos();
      ending(reason, text, at);
      endIfFlushed();
    }
  }
}
