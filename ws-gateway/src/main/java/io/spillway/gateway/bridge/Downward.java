package io.spillway.gateway.bridge;

import io.netty.buffer.ByteBuf;
import io.spillway.gateway.websocket.WebSocketConnection;

/**
 * The way from the core to one browser. Packets of a turn are joined into one frame and leave with
 * one write; what the socket doesn't take waits in the {@link Outbox}.
 *
 * <p>Thread: the browser's I/O thread. Lifetime: the browser's; {@link #clear} ends it.
 */
final class Downward {
  /** A longer packet is handed to the socket as it is rather than copied into a joint frame. */
  private static final int COPIED_MAX = 16 * 1024;

  private final BridgeThread thread;
  private final WebSocketConnection connection;
  private final Browser browser;
  private final Outbox outbox;

  /**
   * Packets joined since the last write; null: none. Begun only while the connection is writable
   * and the outbox is empty, or within {@link #drain}; a control frame that fills the socket then
   * keeps it here.
   */
  private ByteBuf frame;

  /** The frame is a packet shared with other browsers, so nothing may be appended to it. */
  private boolean frameIsShared;

  /** Bytes in the frame that were paid for with credit. */
  private int frameCredit;

  /** The same, handed to the connection and not yet known to be in the socket. */
  private int pendingCredit;

  /** Bytes of a unit that has begun to arrive and hasn't arrived yet. */
  private int arriving;

  private long framesSent;

  Downward(BridgeThread thread, WebSocketConnection connection, Browser browser) {
    this.thread = thread;
    this.connection = connection;
    this.browser = browser;
    this.outbox = new Outbox(thread.outboxLimits());
  }

  Outbox outbox() {
    return outbox;
  }

  /** A unit has begun to arrive and hasn't ended, so nothing may be put behind it yet. */
  boolean isWithinUnit() {
    return arriving > 0;
  }

  /** Packets wait that the socket had no room for. */
  boolean isBehind() {
    return !outbox.isEmpty();
  }

  long framesSent() {
    return framesSent;
  }

  /** Everything that was accepted is with the connection. */
  boolean isEmpty() {
    return frame == null && outbox.isEmpty() && arriving == 0;
  }

  /**
   * A unit or a piece of one.
   *
   * @param bytes borrowed
   * @return false: there is no room left for what must not be dropped
   */
  boolean unit(ByteBuf bytes, boolean first, int remaining, boolean droppable) {
    arriving = remaining;
    if (!first) {
      return rest(bytes, remaining, droppable);
    }
    if (remaining > 0) {
      return largeBegins(bytes, remaining, droppable);
    }
    int length = bytes.readableBytes();
    if (!takesAtOnce(length)) {
      return queue(bytes, droppable);
    }
    if (length > COPIED_MAX) {
      send(bytes.retainedSlice(), droppable ? 0 : length);
    } else {
      join(bytes, droppable ? 0 : length);
    }
    return true;
  }

  /**
   * A packet that many browsers share; for QoS 0.
   *
   * @param packet borrowed; may be retained, must not be changed
   */
  void shared(ByteBuf packet) {
    int length = packet.readableBytes();
    if (!takesAtOnce(length)) {
      outbox.offer(packet.retain(), true, 0, true);
    } else if (length > COPIED_MAX) {
      send(packet.retain(), 0);
    } else if (frame == null) {
      frame = packet.retain();
      frameIsShared = true;
    } else {
      join(packet, 0);
    }
  }

  /**
   * A shared packet with a packet identifier of this browser's.
   *
   * @return false: there is no room left for what must not be dropped
   */
  boolean shared(ByteBuf template, int packetIdOffset, int packetId) {
    int length = template.readableBytes();
    if (takesAtOnce(length) && length <= COPIED_MAX) {
      join(template, length);
      frame.setShort(frame.writerIndex() - length + packetIdOffset, packetId);
      return true;
    }
    ByteBuf own =
        thread.allocator().buffer(length).writeBytes(template, template.readerIndex(), length);
    own.setShort(packetIdOffset, packetId);
    if (takesAtOnce(length)) {
      send(own, length);
      return true;
    }
    return outbox.offer(own, true, 0, false) != Outbox.Offer.REFUSED;
  }

  /** A short packet of the edge's own, between units. */
  void own(byte[] packet) {
    assert arriving == 0;
    if (takesAtOnce(packet.length)) {
      joinable(packet.length).writeBytes(packet);
    } else {
      outbox.offerOwn(thread.allocator().buffer(packet.length).writeBytes(packet));
    }
  }

  /** Hands the joint frame to the socket, unless a control frame fills that; then later. */
  void flush() {
    if (frame == null || connection.isOpen() && !connection.isWritable()) {
      return;
    }
    ByteBuf message = frame;
    boolean shared = frameIsShared;
    frame = null;
    frameIsShared = false;
    pendingCredit += frameCredit;
    frameCredit = 0;
    framesSent++;
    if (shared) {
      sent(connection.send(message));
    } else {
      boolean inTheSocket = connection.send(message.retain());
      thread.giveFrameBack(message);
      sent(inTheSocket);
    }
  }

  /** The socket takes bytes again. */
  void writable() {
    sent(true);
    drain();
  }

  /** Releases everything. */
  void clear() {
    outbox.clear();
    if (frame != null) {
      frame.release();
      frame = null;
    }
  }

  private void drain() {
    while (connection.isWritable() && !outbox.isEmpty()) {
      int length = outbox.headLength();
      int credit = outbox.headCredit();
      if (!outbox.headBegins()) {
        sendRest(outbox.take(), credit);
      } else if (outbox.headGoesOn()) {
        flush();
        if (connection.isWritable()) {
          int packetLength = outbox.headPacketLength();
          sendStart(packetLength, outbox.take(), credit);
        }
      } else if (makesRoomFor(length)) {
        ByteBuf packet = outbox.take();
        if (length > COPIED_MAX) {
          send(packet, credit);
        } else {
          join(packet, credit);
          packet.release();
        }
      }
    }
    flush();
  }

  /** Whether a packet may go past the outbox. */
  private boolean takesAtOnce(int length) {
    return outbox.isEmpty() && connection.isWritable() && makesRoomFor(length);
  }

  /** Whether the connection takes a packet now; the joint frame leaves if it would be too long. */
  private boolean makesRoomFor(int length) {
    if (frame != null
        && (length > COPIED_MAX || frame.readableBytes() + length > thread.frameBytesMax())) {
      flush();
    }
    return connection.isWritable();
  }

  private void join(ByteBuf packet, int credit) {
    int length = packet.readableBytes();
    joinable(length).writeBytes(packet, packet.readerIndex(), length);
    frameCredit += credit;
  }

  /** The frame with room for more. */
  private ByteBuf joinable(int length) {
    if (frame == null) {
      frame = thread.takeFrame(length);
    } else if (frameIsShared) {
      ByteBuf packet = frame;
      int whole = packet.readableBytes() + length;
      frame = thread.takeFrame(whole);
      frame.writeBytes(packet, packet.readerIndex(), packet.readableBytes());
      packet.release();
      frameIsShared = false;
    }
    return frame;
  }

  private boolean largeBegins(ByteBuf bytes, int remaining, boolean droppable) {
    int length = bytes.readableBytes() + remaining;
    if (outbox.isEmpty()) {
      flush();
      if (connection.isWritable()) {
        sendStart(length, bytes.retainedSlice(), droppable ? 0 : bytes.readableBytes());
        return true;
      }
    }
    return outbox.offer(copy(bytes), true, remaining, droppable) != Outbox.Offer.REFUSED;
  }

  private boolean rest(ByteBuf bytes, int remaining, boolean droppable) {
    if (outbox.isEmpty() && connection.isWritable() && connection.sendRemaining() > 0) {
      sendRest(bytes.retainedSlice(), droppable ? 0 : bytes.readableBytes());
    } else {
      outbox.offer(copy(bytes), false, remaining, droppable);
    }
    return true;
  }

  private boolean queue(ByteBuf bytes, boolean droppable) {
    if (!droppable) {
      return outbox.offer(copy(bytes), true, 0, false) != Outbox.Offer.REFUSED;
    }
    Packets.forEach(bytes, packet -> outbox.offer(copy(packet), true, 0, true));
    return true;
  }

  /** What waits must not pin the buffer of a whole read. */
  private ByteBuf copy(ByteBuf bytes) {
    int length = bytes.readableBytes();
    return thread.allocator().buffer(length).writeBytes(bytes, bytes.readerIndex(), length);
  }

  private void send(ByteBuf packet, int credit) {
    pendingCredit += credit;
    framesSent++;
    sent(connection.send(packet));
  }

  private void sendStart(int packetLength, ByteBuf piece, int credit) {
    pendingCredit += credit;
    framesSent++;
    thread.parts()[0] = piece;
    sent(connection.sendStart(packetLength, thread.parts(), 1));
  }

  private void sendRest(ByteBuf piece, int credit) {
    pendingCredit += credit;
    thread.parts()[0] = piece;
    sent(connection.sendRest(thread.parts(), 1));
  }

  private void sent(boolean inTheSocket) {
    if (inTheSocket && pendingCredit > 0) {
      int credit = pendingCredit;
      pendingCredit = 0;
      browser.consumed(credit);
    }
  }
}
