package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Statistics.Counter;
import io.spillway.limits.RateLimit;
import io.spillway.mqtt.PacketCutter;
import io.spillway.mqtt.PacketDecoder;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ReasonCode;
import java.time.Duration;

/**
 * What comes from one client: cuts the carrier's bytes into packets and hands them to the
 * connection one by one, unless something says to wait. Then the carrier is paused, and what it
 * brings all the same is held; that is bounded by the carrier, which stops soon after it was told.
 *
 * <p>On the connection's home, as long as the connection.
 */
final class PacketsIn {
  private final MqttConnection connection;
  private final Surroundings surroundings;
  private final Home home;
  private final Carrier carrier;

  /** Bytes of an incomplete packet, or what waits while reading is paused; null: none. Owned. */
  private ByteBuf held;

  /** Whether {@link #held} is being cut, so that it must not be released. */
  private boolean cutting;

  /** The session asked for a pause. */
  private boolean pausedBySession;

  /** The client doesn't read what it is answered. */
  private boolean pausedByAnswers;

  /** Null: the client may publish as fast as it can. The second counts bytes. */
  private final RateLimit publishRate;

  private final RateLimit publishBytes;

  /** The client has published more than it may for now. */
  private boolean throttled;

  /** Whether the carrier was told to pause. */
  private boolean carrierPaused;

  /**
   * When the connection began, then when something was last received, by {@link System#nanoTime}.
   */
  private long lastReceivedNanos = System.nanoTime();

  private long packets;
  private long bytes;

  PacketsIn(MqttConnection connection, Surroundings surroundings, Home home, Carrier carrier) {
    this.connection = connection;
    this.surroundings = surroundings;
    this.home = home;
    this.carrier = carrier;
    this.publishRate = rate(surroundings.limits.publishRate());
    this.publishBytes = rate(surroundings.limits.publishBytes());
  }

  private RateLimit rate(long perSecond) {
    return perSecond == 0 ? null : new RateLimit(perSecond, perSecond, lastReceivedNanos);
  }

  // ---- Cutting.

  /** Bytes in order and cut anywhere. Borrowed: read to their end. */
  void received(ByteBuf in) {
    if (connection.phase() == Phase.CLOSED) {
      return;
    }
    if (connection.phase() == Phase.CONNECTED) { // Before, a byte now and then buys no time.
      lastReceivedNanos = System.nanoTime();
    }
    bytes += in.readableBytes();
    home.statistics().add(Counter.BYTES_RECEIVED, in.readableBytes());
    try {
      if (held == null) {
        cut(in);
        hold(in);
      } else {
        complete(in);
      }
    } catch (ProtocolException e) {
      surroundings.exit.brokenBy(connection, e);
    } catch (RuntimeException | AssertionError e) {
      surroundings.exit.failed(connection, e);
    }
    releaseIfClosed();
  }

  private void complete(ByteBuf in) {
    if (isWaiting()) {
      held.writeBytes(in);
      return;
    }
    while (held != null && in.isReadable()) {
      int length = lengthOf(held);
      int missing = length < 0 ? 1 : length - held.readableBytes();
      held.writeBytes(in, Math.min(missing, in.readableBytes()));
      cutHeld();
      if (isWaiting() && held != null) {
        held.writeBytes(in);
      }
    }
    if (held == null) {
      cut(in);
      hold(in);
    }
  }

  /** Hands over every whole packet, while nothing says to wait. */
  private void cut(ByteBuf in) {
    while (in.isReadable() && !isWaiting() && connection.phase() != Phase.CLOSED) {
      if (connection.phase() == Phase.AWAITING_CONNECT) {
        FirstBytes.check(in, carrier.facts());
      }
      int length = lengthOf(in);
      if (length < 0 || in.readableBytes() < length) {
        return;
      }
      packets++;
      home.statistics().received(in.getUnsignedByte(in.readerIndex()) >>> 4, length);
      dispatch(in, length);
    }
  }

  /** The connection sees the packet alone, without a slice having been made for it. */
  private void dispatch(ByteBuf in, int length) {
    int packetEnd = in.readerIndex() + length;
    int end = in.writerIndex();
    in.writerIndex(packetEnd);
    try {
      connection.dispatch(in);
    } finally {
      in.setIndex(packetEnd, end);
    }
  }

  private void cutHeld() {
    cutting = true;
    try {
      cut(held);
    } finally {
      cutting = false;
    }
    if (!held.isReadable()) {
      held.release();
      held = null;
    }
  }

  private void hold(ByteBuf rest) {
    if (rest.isReadable() && connection.phase() != Phase.CLOSED) {
      held = rest.alloc().buffer(rest.readableBytes());
      held.writeBytes(rest);
    }
  }

  /** Whoever may have ended the connection calls this afterwards. */
  void releaseIfClosed() {
    if (connection.phase() == Phase.CLOSED && held != null && !cutting) {
      held.release();
      held = null;
    }
  }

  private int lengthOf(ByteBuf in) {
    if (connection.phase() != Phase.AWAITING_CONNECT) {
      return PacketCutter.length(in, surroundings.limits.maxPacketSize());
    }
    try {
      return PacketCutter.length(in, surroundings.limits.preConnectBytes());
    } catch (ProtocolException e) {
      if (e.reasonCode() == ReasonCode.PACKET_TOO_LARGE
          && PacketDecoder.type(in) == MqttMessageType.CONNECT) {
        connection.answerConnectAs(PacketDecoder.versionOf(in)); // As far as it has come.
      }
      throw e;
    }
  }

  // ---- Waiting.

  /** Packets that came behind CONNECT wait for its answer, others while a queue is full. */
  private boolean isWaiting() {
    return pausedBySession || pausedByAnswers || throttled || connection.phase().holdsPackets();
  }

  /** The connection's phase may have begun or ended a wait. */
  void update() {
    if (isWaiting() && !carrierPaused) {
      carrierPaused = true;
      carrier.pauseReading();
    } else if (!isWaiting() && carrierPaused && connection.phase() != Phase.CLOSED) {
      home.execute(this::resume); // The session may be in the middle of something.
    }
  }

  private void resume() {
    if (isWaiting() || !carrierPaused || connection.phase() == Phase.CLOSED) {
      return;
    }
    lastReceivedNanos = System.nanoTime();
    try {
      if (held != null) {
        cutHeld();
      }
    } catch (ProtocolException e) {
      surroundings.exit.brokenBy(connection, e);
    } catch (RuntimeException | AssertionError e) {
      surroundings.exit.failed(connection, e);
    }
    releaseIfClosed();
    if (!isWaiting() && connection.phase() != Phase.CLOSED) {
      carrierPaused = false;
      carrier.resumeReading();
    }
  }

  void pausedBySession(boolean paused) {
    pausedBySession = paused;
    update();
  }

  void pausedByAnswers(boolean paused) {
    if (paused != pausedByAnswers) {
      pausedByAnswers = paused;
      update();
    }
  }

  /** Counts a PUBLISH of so many bytes; a client that is too fast isn't read for a moment. */
  void published(int length) {
    if (publishRate == null && publishBytes == null) {
      return;
    }
    long now = System.nanoTime();
    long pause =
        Math.max(
            publishRate == null ? 0 : publishRate.spend(1, now),
            publishBytes == null ? 0 : publishBytes.spend(length, now));
    if (pause > 0 && !throttled) {
      throttled = true;
      update();
      home.schedule(this::unthrottle, Duration.ofNanos(pause));
    }
  }

  private void unthrottle() {
    throttled = false;
    update();
  }

  // ---- Silence and counts.

  /** What was silent up to now is forgiven. */
  void forgiveSilence() {
    lastReceivedNanos = System.nanoTime();
  }

  /** How long the client has been silent; 0 while it isn't listened to. */
  long silentNanos(long nowNanos) {
    return carrierPaused ? 0 : nowNanos - lastReceivedNanos;
  }

  long packets() {
    return packets;
  }

  long bytes() {
    return bytes;
  }
}
