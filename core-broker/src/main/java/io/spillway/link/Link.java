package io.spillway.link;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of a link: many clients' streams over one byte transport. Symmetric; a gateway opens
 * streams and a core accepts them and multicasts.
 *
 * <p>One event loop, the transport's, owns it with its streams and groups and makes every call.
 * Lives from {@link #start} until {@link LinkListener#closed}; not used again.
 *
 * <p>Frames gather in a batch and leave with {@link #flush}. The link flushes by itself after
 * {@link #receiveComplete}, {@link #writabilityChanged} and its own timers; whoever sends from
 * another event calls {@link #flush} at the end of that turn.
 *
 * <p>Memory. Received bytes: the incomplete rest of one frame, at most 1 MiB. To be sent: the batch
 * (64 KiB, then the transport has it) and the buffer for the next one; what waits in the streams:
 * droppable units up to {@link LinkSettings#linkQueuedBytesMax}, others as many as their senders
 * give although {@link LinkStream#isWritable} is false; 4 MiB of multicasts while the transport is
 * full; control frames in proportion to calls.
 */
public final class Link {
  /** The most streams on one link; their numbers are 1 to this. */
  public static final int STREAMS_MAX = 65_536;

  /** The largest unit in one DATA frame, and the largest packet that can be multicast. */
  public static final int WHOLE_MAX = 256 * 1024;

  /** The longest payload of a frame. */
  static final int FRAME_MAX = 1024 * 1024;

  /** The longest payload of a frame before the handshake is complete. */
  static final int HANDSHAKE_FRAME_MAX = 2048;

  /** How a larger unit is cut. */
  static final int PIECE_MAX = 64 * 1024;

  /** What a stream sends before it's the next one's turn, unless its first unit is larger. */
  static final int TURN_BYTES = 16 * 1024;

  /** The longest text in CLOSE and GOAWAY, in bytes. */
  static final int TEXT_MAX = 120;

  static final int DATA_MORE = 1;
  static final int DATA_DROPPABLE = 2;
  static final int DATA_FIRST = 4;
  static final int DATA_FLAGS = DATA_MORE | DATA_DROPPABLE | DATA_FIRST;

  /** What one flush moves out of the queues before other events of the loop have their turn. */
  private static final int PUMP_BYTES = 256 * 1024;

  private static final int PUMP_ROUNDS = 8;

  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  private enum State {
    NEW,
    HANDSHAKE,
    READY,
    ENDED
  }

  private final boolean gateway;
  private final LinkSettings settings;
  private final LinkTransport transport;
  private final LinkListener listener;
  private final FrameTrace trace = new FrameTrace();
  private final IncomingFrames incoming = new IncomingFrames(this, trace);
  private final FrameReader reader;
  private final FrameWriter writer;
  private final SendQueues queues;
  private final Liveness liveness;
  private final StreamListeners listeners = new StreamListeners(this);
  private final Farewell farewell = new Farewell(this);

  private State state = State.NEW;

  /** Null after the handshake. */
  private Handshake handshake;

  private LinkTransport.Cancellable handshakeTimer;

  /** The next four are null until the handshake is complete; the last two at one end only. */
  private PeerFacts peer;

  private StreamTable streams;
  private Multicast multicast;
  private MulticastReceiver multicastReceiver;

  private boolean flushing;

  /** The last words are being written: what the transport says meanwhile isn't the reason. */
  private boolean closing;

  private boolean flushScheduled;
  private long bytesReceived;
  private long framesForClosedStreams;

  private Link(
      boolean gateway, LinkSettings settings, LinkTransport transport, LinkListener listener) {
    this.gateway = gateway;
    this.settings = settings;
    this.transport = transport;
    this.listener = listener;
    this.reader = new FrameReader(transport.allocator(), incoming);
    this.writer = new FrameWriter(transport, trace, gateway);
    this.queues = new SendQueues(transport);
    this.liveness = new Liveness(this, settings);
  }

  /** The gateway's end. */
  public static Link gateway(
      LinkSettings settings, LinkTransport transport, LinkListener listener) {
    return new Link(true, settings, transport, listener);
  }

  /** The core's end. */
  public static Link core(LinkSettings settings, LinkTransport transport, LinkListener listener) {
    return new Link(false, settings, transport, listener);
  }

  /** Begins the handshake. The transport is connected. */
  public void start() {
    assert inEventLoop();
    if (state != State.NEW) {
      throw new IllegalStateException("link: " + state + " (expected: NEW)");
    }
    state = State.HANDSHAKE;
    trace.refresh("?");
    handshake = gateway ? Handshake.gateway(settings, writer) : Handshake.core(settings, writer);
    handshakeTimer =
        schedule(
            () ->
                close(
                    LinkCloseReason.HANDSHAKE_TIMEOUT,
                    "no handshake within " + settings.handshakeTimeout().toMillis() + " ms"),
            settings.handshakeTimeout());
    handshake.start();
    flush();
  }

  /**
   * Takes bytes from the transport and delivers every frame that is complete with them.
   *
   * @param bytes borrowed: the link reads what there is and keeps a copy of an incomplete rest;
   *     after the link's end it reads nothing
   */
  public void received(ByteBuf bytes) {
    assert inEventLoop();
    if (!isRunning()) {
      return;
    }
    bytesReceived += bytes.readableBytes();
    liveness.heard();
    try {
      reader.received(bytes);
    } catch (LinkException e) {
      close(e.reason(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("Link with {}: a fault while reading, closing it.", peerName(), e);
      close(LinkCloseReason.INTERNAL, "internal error");
    }
  }

  /** No more bytes can be had from the transport now: ends the batch and flushes. */
  public void receiveComplete() {
    assert inEventLoop();
    if (isReady()) {
      listener.batchComplete();
    }
    flush();
  }

  /** {@link LinkTransport#isWritable} has changed. */
  public void writabilityChanged() {
    assert inEventLoop();
    if (transport.isWritable()) {
      flush();
    }
  }

  /**
   * The transport is closed, by the peer or by this end.
   *
   * @param cause null: an orderly end
   */
  public void transportClosed(Throwable cause) {
    assert inEventLoop();
    if (closing) {
      return;
    }
    if (farewell.isComplete()) {
      end(LinkCloseReason.SHUTDOWN, "drained");
    } else {
      end(LinkCloseReason.TRANSPORT_LOST, words(cause));
    }
  }

  /** A socket's own words depend on the transport, and name its system calls. */
  private static String words(Throwable cause) {
    if (cause == null) {
      return "closed by the peer";
    }
    String message = String.valueOf(cause.getMessage());
    if (message.contains("Connection reset") || message.contains("Broken pipe")) {
      return "cut by the peer";
    }
    return message.contains("timed out") ? "no answer from the peer's machine" : message;
  }

  /** Hands what has gathered to the transport. Cheap when there is nothing. */
  public void flush() {
    assert inEventLoop();
    if (flushing || closing || !isRunning()) {
      return;
    }
    flushing = true;
    try {
      int rounds = 0;
      do {
        queues.pump(PUMP_BYTES);
        queues.tellWaiting();
        queues.pump(PUMP_BYTES);
        writer.flush();
        rounds++;
      } while (rounds < PUMP_ROUNDS && queues.canPump());
    } finally {
      flushing = false;
    }
    if (queues.canPump() && !flushScheduled) {
      flushScheduled = true;
      schedule(
          () -> {
            flushScheduled = false;
            flush();
          },
          Duration.ZERO);
    }
  }

  /**
   * Asks for an orderly end: no new streams, the open ones go on until either end closes them; when
   * the peer has none left the link closes itself. Before the handshake is complete it ends at
   * once.
   */
  public void goAway(String text) {
    assert inEventLoop();
    if (!isReady()) {
      close(LinkCloseReason.SHUTDOWN, text);
      return;
    }
    farewell.say(text);
    flush();
  }

  /** Ends the link now, telling the peer why. */
  public void close(LinkCloseReason reason, String text) {
    assert inEventLoop();
    if (closing || !isRunning()) {
      return;
    }
    if (state != State.NEW) {
      // A SHUTDOWN would ask the peer to go on until its streams have ended.
      if (reason != LinkCloseReason.SHUTDOWN && reason != LinkCloseReason.TRANSPORT_LOST) {
        farewell.write(reason, text);
      }
      closing = true;
      writer.flush();
    }
    end(reason, text);
  }

  void end(LinkCloseReason reason, String text) {
    if (!isRunning()) {
      return;
    }
    state = State.ENDED;
    handshake = null;
    if (handshakeTimer != null) {
      handshakeTimer.cancel();
    }
    liveness.stop();
    queues.close();
    writer.close();
    reader.release();
    LinkStream[] all = streams == null ? new LinkStream[0] : streams.all();
    for (LinkStream stream : all) {
      boolean open = stream.isOpen();
      stream.end();
      if (open) {
        listeners.closed(stream, CloseReason.LINK_LOST, text);
      }
    }
    try {
      listener.closed(reason, text);
    } finally {
      transport.close();
    }
  }

  /** Whether the handshake has succeeded and the link hasn't ended. */
  public boolean isReady() {
    return state == State.READY;
  }

  /** Whether {@link #open} would succeed: ready, nobody said GOAWAY, a number is free. */
  public boolean canOpen() {
    return gateway && isReady() && !farewell.isSaid() && !farewell.isHeard() && !streams.isFull();
  }

  /**
   * Opens a stream. Gateway side only.
   *
   * @throws IllegalStateException unless {@link #canOpen}
   * @throws IllegalArgumentException the facts take more than 64 KiB
   */
  public LinkStream open(OpenFacts facts, StreamListener listener) {
    assert inEventLoop();
    if (!canOpen()) {
      throw new IllegalStateException("link: takes no new stream (expected: canOpen())");
    }
    ByteBuf payload = transport.allocator().buffer(512);
    try {
      OpenFactsCodec.encode(facts, payload);
      LinkStream stream =
          new LinkStream(this, streams.take(), peer.sendCredit(), settings.receiveCredit());
      stream.listener(listener);
      streams.put(stream);
      writer.begin(FrameType.OPEN, stream.id()).writeBytes(payload);
      writer.end();
      return stream;
    } finally {
      payload.release();
    }
  }

  /**
   * A new, empty group; after the link's end one that does nothing. Core side only.
   *
   * @throws IllegalStateException unless {@link #canGroup}, or the link has ended
   */
  public LinkGroup group() {
    assert inEventLoop();
    mustBe(false);
    if (state == State.ENDED) {
      return new LinkGroup(this, multicast, 0);
    }
    if (!canGroup()) {
      throw new IllegalStateException("link: takes no new group (expected: canGroup())");
    }
    return multicast.group();
  }

  /** Whether the gateway takes another group. Core side only. */
  public boolean canGroup() {
    return !gateway && isReady() && multicast.canGroup();
  }

  /**
   * Sends one packet to a number of streams, droppable for each. A stream that has something
   * waiting in this link gets it behind that. Core side only.
   *
   * @param packet ownership passes to the link
   */
  public void multicastList(ByteBuf packet, List<LinkStream> streams) {
    assert inEventLoop();
    mustBe(false);
    if (!isReady() || !packet.isReadable()) {
      packet.release();
      return;
    }
    multicast.toList(packet, streams);
  }

  /**
   * Sends one packet to a number of streams, each with a packet identifier of its own in it. Costs
   * each stream credit; one that isn't writable gets a copy that waits in its queue. Core side
   * only.
   *
   * @param template ownership passes to the link
   * @param packetIdOffset where the identifier's two bytes are, from the template's beginning
   * @param streams each at most once
   * @param packetIds for each of the streams, at the same index, 1 to 65,535
   */
  public void multicastWithPacketIds(
      ByteBuf template, int packetIdOffset, List<LinkStream> streams, int[] packetIds) {
    assert inEventLoop();
    mustBe(false);
    if (!isReady()) {
      template.release();
      return;
    }
    multicast.withPacketIds(template, packetIdOffset, streams, packetIds);
  }

  /** Tells the core what the edge did with all streams since the last report. Gateway side only. */
  public void statistics(EdgeStatistics statistics) {
    assert inEventLoop();
    mustBe(true);
    if (isReady()) {
      writeStatistics(0, statistics);
    }
  }

  /** The counters now. */
  public LinkStatistics statistics() {
    assert inEventLoop();
    return new LinkStatistics(
        incoming.frames(),
        bytesReceived,
        writer.frames(),
        writer.bytes(),
        framesForClosedStreams,
        queues.droppablesDropped(),
        peer == null ? 0 : gateway ? multicastReceiver.deliveries() : multicast.deliveries(),
        queues.creditStalls(),
        peer == null ? 0 : streams.size(),
        peer == null ? 0 : gateway ? multicastReceiver.groupCount() : multicast.groupCount(),
        queues.bytesQueued(),
        liveness.roundTripNanos());
  }

  boolean inEventLoop() {
    return transport.inEventLoop();
  }

  boolean isGateway() {
    return gateway;
  }

  void mustBe(boolean gatewayWanted) {
    if (gateway != gatewayWanted) {
      throw new IllegalStateException(
          "called at the " + (gateway ? "gateway's" : "core's") + " end (expected: the other)");
    }
  }

  LinkSettings settings() {
    return settings;
  }

  FrameWriter writer() {
    return writer;
  }

  SendQueues queues() {
    return queues;
  }

  StreamTable streams() {
    return streams;
  }

  Liveness liveness() {
    return liveness;
  }

  LinkListener listener() {
    return listener;
  }

  StreamListeners listeners() {
    return listeners;
  }

  Farewell farewell() {
    return farewell;
  }

  MulticastReceiver multicastReceiver() {
    return multicastReceiver;
  }

  /** The handshake's frame that has to come next; 0: it is over. */
  int handshakeExpects() {
    return handshake == null ? 0 : handshake.expected;
  }

  void refreshTrace() {
    trace.refresh(peer.id());
  }

  void frameForClosedStream() {
    framesForClosedStreams++;
  }

  int sendUnitMax() {
    return peer.unitBytesMax();
  }

  int receiveUnitMax() {
    return gateway ? Integer.MAX_VALUE : settings.unitBytesMax();
  }

  LinkTransport.Cancellable schedule(Runnable task, Duration delay) {
    return transport.schedule(
        () -> {
          task.run();
          flush();
        },
        delay);
  }

  boolean isRunning() {
    return state != State.ENDED;
  }

  String peerName() {
    return peer == null ? "?" : peer.id();
  }

  void writeLeft(int groupId, LinkStream stream) {
    ByteBuf out = writer.begin(FrameType.GROUP_DEL, groupId);
    Wire.writeVarint(out, 1);
    Wire.writeStep(out, 0, stream.id());
    writer.end();
  }

  void writeStatistics(int streamId, EdgeStatistics statistics) {
    ByteBuf out = writer.begin(FrameType.STAT, streamId);
    out.writeLong(statistics.packetsDropped());
    out.writeLong(statistics.bytesDropped());
    out.writeLong(statistics.packetsReplaced());
    out.writeLong(statistics.packetsSent());
    out.writeLong(statistics.framesSent());
    out.writeLong(statistics.pingsAnswered());
    out.writeLong(statistics.bytesQueued());
    writer.end();
  }

  /** The stream of a number in a frame that it may have: open, or closing at this end. */
  LinkStream knownStream(int id, String what) {
    LinkStream stream = streams.get(id);
    if (stream == null) {
      throw LinkException.protocolError(
          what + " stream: " + (id & 0xffff_ffffL) + " (expected: a known one)");
    }
    return stream;
  }

  /**
   * The open stream of a number in a frame; null: this end has just closed it, and the frame left
   * the peer before it knew. Such a frame is dropped and counted.
   */
  LinkStream openStream(int id, String what) {
    if (!isReady()) {
      return null;
    }
    LinkStream stream = knownStream(id, what);
    if (stream.isOpen()) {
      return stream;
    }
    framesForClosedStreams++;
    return null;
  }

  /** The number is free again at both ends. */
  void remove(LinkStream stream) {
    stream.end();
    streams.remove(stream);
    farewell.streamGone();
  }

  /** OPEN: the gateway has a new client. */
  void accept(int id, ByteBuf in) {
    if (farewell.isHeard()) {
      throw LinkException.protocolError("OPEN after GOAWAY (expected: none)");
    }
    if (!streams.isValid(id)) {
      throw LinkException.protocolError(
          "OPEN stream: "
              + (id & 0xffff_ffffL)
              + " (expected: 1 to "
              + settings.streamsMax()
              + ")");
    }
    if (streams.get(id) != null) {
      throw LinkException.protocolError("OPEN stream: " + id + ", taken (expected: a free one)");
    }
    OpenFacts facts = OpenFactsCodec.decode(in);
    LinkStream stream = new LinkStream(this, id, peer.sendCredit(), settings.receiveCredit());
    streams.put(stream);
    if (farewell.isSaid()) {
      stream.close(CloseReason.LINK_DRAINING, "the core is going away");
      return;
    }
    try {
      stream.listener(listener.opened(stream, facts));
    } catch (RuntimeException e) {
      LOG.error("Link with {}, {}: a fault while opening it.", peerName(), stream, e);
      stream.close(CloseReason.IMPLEMENTATION_SPECIFIC_ERROR, "internal error");
    }
    if (stream.isOpen()) {
      stream.tellIfWritable();
    }
  }

  /** A frame of the handshake has come. */
  void shakeHands(int type, ByteBuf in) {
    PeerFacts complete = handshake.received(type, in);
    if (complete == null) {
      return;
    }
    handshake = null;
    handshakeTimer.cancel();
    peer = complete;
    streams = new StreamTable(peer.streamsMax());
    if (gateway) {
      multicastReceiver = new MulticastReceiver(this, transport.allocator(), settings.groupsMax());
    } else {
      multicast = new Multicast(this, writer, queues, peer.groupsMax());
    }
    state = State.READY;
    trace.refresh(peer.id());
    liveness.start();
    listener.ready(peer);
  }
}
