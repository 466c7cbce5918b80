package io.spillway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One client's lane in a link, at either end. Owned by the link's event loop; lives from OPEN until
 * either end closes it or the link ends. Calls after that do nothing but release what they own.
 *
 * <p>What is sent arrives in order. What can't leave at once (no credit, a transport that isn't
 * writable, a unit too large for one frame) waits here. Units that aren't droppable are always
 * taken: a sender that heeds {@link #isWritable} has no more here than what it sends between two
 * looks at it. Of droppable units one of any size waits, and behind the first that waits {@link
 * LinkSettings#queuedBytesMax}, as long as the link's sum is below {@link
 * LinkSettings#linkQueuedBytesMax}; beyond that they are dropped and counted.
 */
public final class LinkStream {
  /** Where a stream is in its life. */
  enum State {
    OPEN,
    /** This end wants to close it, and what waits leaves first. */
    CLOSING,
    /** This end's CLOSE has left; the number is taken until CLOSED comes back. */
    CLOSE_SENT,
    /** The number isn't this stream's any more. */
    GONE
  }

  private final Link link;
  private final int id;
  private final SendWindow sendWindow;
  private final ReceiveWindow receiveWindow;
  private final IncomingUnit incoming = new IncomingUnit();

  /** Set once; null only until {@link LinkListener#opened} has returned it. */
  private StreamListener listener;

  private State state = State.OPEN;

  /** What waits to leave; null: nothing ever had to. */
  private PendingUnits pending;

  /** How many bytes of the unit being sent the caller still has to bring. */
  private int callerRemaining;

  /** Whether the unit that the caller is bringing in pieces is droppable, or was dropped. */
  private boolean callerDroppable;

  private boolean callerDropped;

  /** Somebody saw that it isn't writable and is to be told when it is. */
  private boolean wantsWritable;

  /** Multicast groups that it is in; null: never in any. */
  private List<StreamSet> groups;

  /** {@link SendQueues}' and {@link Multicast}'s own notes, see there. */
  int pendingIndex = -1;

  boolean inTurn;
  boolean inWaiting;
  int multicastMark;

  private CloseReason closeReason;
  private String closeText;
  private LinkTransport.Cancellable closeTimer;

  LinkStream(Link link, int id, int sendCredit, int receiveCredit) {
    this.link = link;
    this.id = id;
    this.sendWindow = new SendWindow(sendCredit);
    this.receiveWindow = new ReceiveWindow(receiveCredit);
  }

  void listener(StreamListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  StreamListener listener() {
    return listener;
  }

  State state() {
    return state;
  }

  /** The number in this stream's frames; used again for another stream after both ends let go. */
  public int id() {
    return id;
  }

  /** Whether neither end has closed it. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** How many bytes that aren't droppable may leave before the peer has to grant more. */
  public int credit() {
    return sendWindow.available();
  }

  /** Bytes that were received, cost credit and aren't {@link #consumed} yet. */
  public int bytesUnconsumed() {
    return receiveWindow.unconsumed();
  }

  /** Bytes that wait here. */
  public long bytesQueued() {
    return pending == null ? 0 : pending.bytes();
  }

  /**
   * Whether what is sent now would leave with the next flush: there is credit, nothing waits and
   * the transport has room. When it was false, {@link StreamListener#writable} tells when it is
   * true again.
   */
  public boolean isWritable() {
    assert link.inEventLoop();
    if (couldWrite()) {
      return true;
    }
    if (state == State.OPEN) {
      wantsWritable = true;
      link.queues().waitForTransport(this);
    }
    return false;
  }

  private boolean couldWrite() {
    return state == State.OPEN
        && sendWindow.available() > 0
        && !hasPending()
        && link.queues().transportHasRoom();
  }

  /** Tells the listener if somebody waits for it and it is true. */
  void tellIfWritable() {
    if (wantsWritable && listener != null && couldWrite()) {
      wantsWritable = false;
      try {
        listener.writable();
      } catch (RuntimeException e) {
        link.listeners().failed(this, e);
      }
    }
  }

  boolean wantsWritable() {
    return wantsWritable;
  }

  boolean hasPending() {
    return pending != null && !pending.isEmpty();
  }

  /** Whether its first waiting unit may go on if the transport lets it. */
  boolean canAdvance() {
    return hasPending() && (pending.first().droppable || sendWindow.available() > 0);
  }

  /**
   * Sends a unit: one MQTT packet or several whole ones.
   *
   * @param packets ownership passes to the link
   * @param droppable QoS 0 towards a client, core side only: costs no credit and may be given up
   * @return false: it was dropped, because the stream is closed or, for a droppable one, a bound
   *     was reached
   */
  public boolean send(ByteBuf packets, boolean droppable) {
    return send(packets, 0, droppable);
  }

  /**
   * Sends a unit or a piece of one, for who has it only bit by bit: a unit begins with any send
   * after the end of the last, and ends with the send whose {@code remaining} is 0.
   *
   * @param bytes ownership passes to the link
   * @param remaining how many bytes of this unit the following sends will bring; more than 0 at the
   *     gateway's end only
   * @param droppable the same for all pieces of a unit; its pieces after the first are never
   *     dropped alone
   * @return false: it was dropped, as above; or the unit is longer than the core takes, and the
   *     stream was closed at both ends for that, this one's listener having been told
   * @throws IllegalArgumentException the piece doesn't fit to the one before; {@code bytes} are
   *     released then
   */
  public boolean send(ByteBuf bytes, int remaining, boolean droppable) {
    assert link.inEventLoop();
    int length = bytes.readableBytes();
    if (state != State.OPEN || length == 0) {
      bytes.release();
      return state == State.OPEN;
    }
    if (callerRemaining == 0 && length > link.sendUnitMax() - remaining) {
      bytes.release();
      tooLarge(length, remaining);
      return false;
    }
    int before = callerRemaining;
    if (!isAllowed(length, remaining, droppable)) {
      bytes.release();
      throw new IllegalArgumentException(
          "piece: "
              + length
              + " bytes with "
              + remaining
              + " to come, after one with "
              + before
              + " to come (expected: pieces that count down, at the gateway only; droppable at the"
              + " core only)");
    }
    boolean first = before == 0;
    callerRemaining = remaining;
    if (first) {
      callerDroppable = droppable;
      callerDropped = false;
    }
    if (canLeaveNow(length, droppable)) {
      writeNow(bytes, first, length, remaining, droppable);
      return true;
    }
    if (first && droppable && !hasRoom(length + remaining)) {
      callerDropped = true;
      link.queues().droppablesDropped(1);
    }
    if (callerDropped) {
      bytes.release();
      return false;
    }
    enqueue(new PendingUnits.Unit(bytes, first, remaining, droppable));
    return true;
  }

  /**
   * Sends a unit that is stored elsewhere and never changes; the cheapest way for small ones.
   *
   * @param packets may be kept by reference until it has left
   * @return false: it was dropped, as above
   */
  public boolean send(byte[] packets, boolean droppable) {
    assert link.inEventLoop();
    if (canCopyNow(packets.length, droppable)) {
      beginCopy(packets.length, droppable);
      link.writer().end(packets);
      return true;
    }
    return send(Unpooled.wrappedBuffer(packets), 0, droppable);
  }

  /**
   * Sends a unit that is about to be overwritten; small ones need no buffer of their own.
   *
   * @param packets borrowed; what remains is read
   * @return false: it was dropped, as above
   */
  public boolean send(ByteBuffer packets, boolean droppable) {
    assert link.inEventLoop();
    int length = packets.remaining();
    if (canCopyNow(length, droppable)) {
      beginCopy(length, droppable);
      link.writer().end(packets);
      return true;
    }
    return send(link.writer().allocator().buffer(length).writeBytes(packets), 0, droppable);
  }

  /** Whether a whole unit may go straight behind what gathers already. */
  private boolean canCopyNow(int length, boolean droppable) {
    return state == State.OPEN
        && callerRemaining == 0
        && length > 0
        && length <= Math.min(FrameWriter.COPY_MAX, link.sendUnitMax())
        && isAllowed(length, 0, droppable)
        && canLeaveNow(length, droppable);
  }

  private void beginCopy(int length, boolean droppable) {
    if (!droppable) {
      sendWindow.spent(length);
    }
    beginData(true, length, 0, droppable);
  }

  /** A client's fault, so it ends its stream and nothing else. */
  private void tooLarge(int length, int remaining) {
    String text =
        "packet of "
            + ((long) length + remaining)
            + " bytes (expected: at most "
            + link.sendUnitMax()
            + ")";
    close(CloseReason.PACKET_TOO_LARGE, text);
    link.listeners().closed(this, CloseReason.PACKET_TOO_LARGE, text);
  }

  private boolean isAllowed(int length, int remaining, boolean droppable) {
    boolean rightEnd = link.isGateway() ? !droppable : remaining == 0;
    if (remaining < 0 || !rightEnd) {
      return false;
    }
    return callerRemaining == 0
        || callerDroppable == droppable && callerRemaining - length == remaining;
  }

  private boolean canLeaveNow(int length, boolean droppable) {
    return !hasPending()
        && !callerDropped
        && length <= Link.WHOLE_MAX
        && (droppable || length <= sendWindow.available())
        && link.queues().transportHasRoom();
  }

  private boolean hasRoom(int length) {
    LinkSettings settings = link.settings();
    return link.queues().bytesQueued() + length <= settings.linkQueuedBytesMax()
        && (!hasPending() || pending.bytesBehindFirst() + length <= settings.queuedBytesMax());
  }

  private void enqueue(PendingUnits.Unit unit) {
    if (pending == null) {
      pending = new PendingUnits(link.queues());
    }
    pending.add(unit);
    if (!unit.droppable && sendWindow.available() == 0) {
      link.queues().creditStalled();
    }
    wantsWritable = true;
    link.queues().pending(this);
  }

  /**
   * Sends one turn's worth of what waits: a piece of a large unit, or a few small ones.
   *
   * @return how many bytes left
   */
  int advance() {
    int sent = 0;
    while (sent < Link.TURN_BYTES && canAdvance()) {
      PendingUnits.Unit unit = pending.first();
      int waiting = unit.bytes.readableBytes();
      int length = unit.droppable ? waiting : Math.min(waiting, sendWindow.available());
      if (length > Link.WHOLE_MAX || unit.isCut() || length < waiting) {
        length = Math.min(length, Link.PIECE_MAX);
      }
      if (sent > 0 && sent + length > Link.TURN_BYTES) {
        break;
      }
      sent += length;
      boolean first = unit.first;
      int remaining = waiting - length + unit.callerRemaining;
      writeNow(pending.take(length), first, length, remaining, unit.droppable);
    }
    return sent;
  }

  /** Writes DATA; there is credit. Takes ownership. */
  private void writeNow(
      ByteBuf bytes, boolean first, int length, int remaining, boolean droppable) {
    if (!droppable) {
      sendWindow.spent(length);
    }
    beginData(first, length, remaining, droppable);
    link.writer().end(bytes);
  }

  private void beginData(boolean first, int length, int remaining, boolean droppable) {
    ByteBuf out = link.writer().begin(FrameType.DATA, id);
    out.writeByte(
        (first ? Link.DATA_FIRST : 0)
            | (remaining > 0 ? Link.DATA_MORE : 0)
            | (droppable ? Link.DATA_DROPPABLE : 0));
    if (first && remaining > 0) {
      out.writeInt(length + remaining);
    }
  }

  /**
   * Whether a multicast packet with a packet identifier, written now, would be in order and paid
   * for.
   */
  boolean canMulticast(int length) {
    return canLeaveNow(length, false);
  }

  void multicastWithPacketId(int length) {
    sendWindow.spent(length);
  }

  /**
   * Gives credit back for received bytes that weren't droppable, when they have been consumed: the
   * gateway's when they are in the socket, the core's when the packet was handled or its bytes were
   * stored to put a large packet together.
   *
   * @throws IllegalStateException more than was received
   */
  public void consumed(int bytes) {
    assert link.inEventLoop();
    if (state != State.OPEN) {
      return;
    }
    int grant = receiveWindow.consumed(bytes);
    if (grant > 0) {
      link.writer().begin(FrameType.CREDIT, id).writeInt(grant);
      link.writer().end();
    }
  }

  /** Tells the edge how to treat this client. Core side only. */
  public void attributes(StreamAttributes attributes) {
    assert link.inEventLoop();
    link.mustBe(false);
    if (state != State.OPEN) {
      return;
    }
    ByteBuf out = link.writer().begin(FrameType.ATTR, id);
    out.writeByte(attributes.protocolLevel());
    out.writeShort(attributes.keepAliveSeconds());
    out.writeInt(attributes.maximumPacketSize());
    out.writeByte(attributes.policy().code());
    Wire.writeString16(out, attributes.clientId());
    link.writer().end();
  }

  /** Tells the core what the edge did with this stream since the last report. Gateway side only. */
  public void statistics(EdgeStatistics statistics) {
    assert link.inEventLoop();
    link.mustBe(true);
    if (state == State.OPEN) {
      link.writeStatistics(id, statistics);
    }
  }

  /**
   * Closes the stream after what waits in it that isn't droppable, but within {@link
   * LinkSettings#closeTimeout}. Nothing is delivered to its listener any more, also not {@link
   * StreamListener#closed}.
   *
   * @param text for people; cut at 120 bytes, so that it fits a WebSocket close frame
   */
  public void close(CloseReason reason, String text) {
    assert link.inEventLoop();
    if (reason == CloseReason.LINK_LOST) {
      throw new IllegalArgumentException("reason: LINK_LOST (expected: one with a wire code)");
    }
    if (state != State.OPEN) {
      return;
    }
    state = State.CLOSING;
    closeReason = reason;
    closeText = Wire.cut(text, Link.TEXT_MAX);
    wantsWritable = false;
    if (pending != null) {
      pending.dropDroppables(); // Nobody needs them after a close.
    }
    if (hasPending()) {
      leaveGroups(!link.isGateway());
      link.queues().pending(this);
      closeTimer = link.schedule(this::writeClose, link.settings().closeTimeout());
    } else {
      writeClose();
    }
  }

  /** Writes CLOSE; what still waits is given up. */
  void writeClose() {
    if (state != State.CLOSING) {
      return;
    }
    state = State.CLOSE_SENT;
    letGo();
    ByteBuf out = link.writer().begin(FrameType.CLOSE, id);
    out.writeByte(closeReason.code());
    Wire.writeString8(out, closeText);
    link.writer().end();
  }

  /** The stream or its link has ended: gives up everything that it holds. */
  void end() {
    state = State.GONE;
    wantsWritable = false;
    letGo();
  }

  private void letGo() {
    if (closeTimer != null) {
      closeTimer.cancel();
      closeTimer = null;
    }
    leaveGroups(false);
    if (pending != null) {
      pending.clear();
      pending = null;
    }
    link.queues().forget(this);
  }

  /** The peer granted credit. */
  void granted(int bytes) {
    sendWindow.granted(bytes);
    if (hasPending()) {
      link.queues().pending(this);
    } else {
      tellIfWritable();
      if (wantsWritable) {
        link.queues().waitForTransport(this);
      }
    }
  }

  /** DATA on an open stream. */
  void received(ByteBuf in) {
    incoming.read(in, link.isGateway(), link.receiveUnitMax());
    if (!incoming.isDroppable()) {
      receiveWindow.received(in.readableBytes());
    }
    listener.data(in, incoming.isFirst(), incoming.remaining(), incoming.isDroppable());
  }

  /** A multicast packet for this stream, at the gateway. */
  void received(SharedPacket packet, int packetId) {
    if (incoming.remaining() > 0) {
      throw LinkException.protocolError(
          "multicast within a unit of stream " + id + " (expected: it is left out)");
    }
    if (packet.packetIdOffset() < 0) {
      listener.multicast(packet);
    } else {
      receiveWindow.received(packet.length());
      listener.multicast(packet, packetId);
    }
  }

  void joined(StreamSet group) {
    if (groups == null) {
      groups = new ArrayList<>(2);
    }
    groups.add(group);
  }

  void left(StreamSet group) {
    groups.remove(group);
  }

  private void leaveGroups(boolean tellPeer) {
    while (groups != null && !groups.isEmpty()) {
      StreamSet group = groups.get(groups.size() - 1);
      group.remove(this);
      if (tellPeer) {
        link.writeLeft(group.id, this);
      }
    }
  }

  @Override
  public String toString() {
    return "stream " + id + " " + state;
  }
}
