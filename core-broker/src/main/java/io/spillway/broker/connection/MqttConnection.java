package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.spillway.broker.auth.Access;
import io.spillway.broker.auth.Identity;
import io.spillway.broker.auth.RenewableAccess;
import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Statistics.Counter;
import io.spillway.broker.session.ClientConnection;
import io.spillway.broker.session.ConnectionView;
import io.spillway.broker.session.MulticastLink;
import io.spillway.broker.session.Session;
import io.spillway.limits.RateLimit;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PacketCutter;
import io.spillway.mqtt.PacketDecoder;
import io.spillway.mqtt.PacketEncoder;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicAliases;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One client's Network Connection: cuts what the carrier brings into packets, hands each to its
 * processor, and writes what the session sends. The same for a socket and for a link's stream.
 *
 * <p>Owned by its home, the carrier's event loop. Lives from the carrier's opening until the exit
 * door ({@link ExitDoor}); nothing is read or written after that.
 */
public final class MqttConnection implements ClientConnection {

  /** Beyond this a payload is written by reference rather than copied behind its head. */
  private static final int COPIED_PAYLOAD_MAX = 4096;

  /** How many topic filters a Reason String looks at. */
  private static final int REASONS_MAX = 100;

  /** PUBACK and its like with a reason code and without properties. */
  private static final int ACK_LENGTH_MAX = 6;

  /** What a topic alias adds to a packet, and one byte by which its property length may grow. */
  private static final int ALIAS_LENGTH = 4;

  private static final int PUBLISH = MqttMessageType.PUBLISH.value();

  private final Surroundings surroundings;
  private final Home home;
  private final Carrier carrier;
  private final HomeConnections connections;

  private Phase phase = Phase.AWAITING_CONNECT;

  /** How to answer CONNECT when it is refused; null: not known, so there is no answer. */
  private ProtocolVersion version;

  /** Null until a CONNECT packet was read. */
  private ClientTerms terms;

  /** Null: anonymous, or not known yet. */
  private String userName;

  /** When the client must have said again who it is, by {@link System#nanoTime}; 0: never. */
  private long expiresNanos;

  /** Null where CONNECT named no authentication method. */
  private RenewableAccess access;

  /** Null until {@link #accepted}. */
  private Session session;

  /** Null until a client of MQTT 5 is connected. */
  private TopicAliases topicAliases;

  /** Null until a client of MQTT 5 that takes aliases is connected. */
  private SentAliases sentAliases;

  /** Null where CONNECT named no authentication method. */
  private EnhancedLogin enhancedLogin;

  /** Bytes of an incomplete packet, or what waits while reading is paused; null: none. Owned. */
  private ByteBuf held;

  /** Whether {@link #held} is being cut, so that it must not be released. */
  private boolean cutting;

  /** The session asked for a pause. */
  private boolean pausedBySession;

  /** Null: the client may publish as fast as it can. The second counts bytes. */
  private final RateLimit publishRate;

  private final RateLimit publishBytes;

  /** The client has published more than it may for now. */
  private boolean throttled;

  /** Whether the carrier was told to pause. */
  private boolean carrierPaused;

  /** Whether {@link Session#writable} is already on its way. */
  private boolean writableAnnounced;

  /**
   * When the connection began, then when something was last received, by {@link System#nanoTime}.
   */
  private long lastReceivedNanos = System.nanoTime();

  /** How long may pass after that: connect-timeout, then 1.5 times the keep alive; 0: for ever. */
  private long patienceNanos;

  /** For views: epoch milliseconds, and what this connection alone has carried. */
  private final long connectedAt;

  private long packetsReceived;
  private long bytesReceived;
  private long packetsSent;
  private long bytesSent;

  /** Where {@link HomeConnections} keeps it, for that class alone. */
  int index;

  /** On the home. */
  public MqttConnection(
      Surroundings surroundings, Home home, Carrier carrier, HomeConnections connections) {
    this.surroundings = surroundings;
    this.home = home;
    this.carrier = carrier;
    this.connections = connections;
    this.connectedAt = home.nowMillis();
    this.patienceNanos = surroundings.limits.connectTimeout().toNanos();
    this.publishRate = rate(surroundings.limits.publishRate());
    this.publishBytes = rate(surroundings.limits.publishBytes());
    home.statistics().add(Counter.SOCKETS_OPENED, 1);
    surroundings.log.opened(carrier.facts());
    connections.add(this);
  }

  private RateLimit rate(long perSecond) {
    return perSecond == 0 ? null : new RateLimit(perSecond, perSecond, lastReceivedNanos);
  }

  // ---- From the carrier.

  /** Bytes from the client, in order and cut anywhere. Borrowed: read to their end. */
  public void received(ByteBuf bytes) {
    assert home.inHome();
    if (phase == Phase.CLOSED) {
      return;
    }
    if (phase == Phase.CONNECTED) { // Before that a byte now and then must not buy more time.
      lastReceivedNanos = System.nanoTime();
    }
    bytesReceived += bytes.readableBytes();
    home.statistics().add(Counter.BYTES_RECEIVED, bytes.readableBytes());
    try {
      if (held == null) {
        cut(bytes);
        hold(bytes);
      } else {
        complete(bytes);
      }
    } catch (ProtocolException e) {
      surroundings.exit.brokenBy(this, e);
    } catch (RuntimeException | AssertionError e) {
      surroundings.exit.failed(this, e);
    }
    releaseIfClosed();
  }

  /** {@link Carrier#isWritable} or {@link Carrier#isWritableForQos0} has turned true. */
  public void writable() {
    if (phase == Phase.CONNECTED && !writableAnnounced) {
      writableAnnounced = true;
      home.execute(this::announceWritable); // The session may be in the middle of sending.
    }
  }

  private void announceWritable() {
    writableAnnounced = false;
    if (phase == Phase.CONNECTED) {
      session.writable();
    }
  }

  /** The carrier has ended and wasn't closed by this side. */
  public void carrierClosed(Ending ending, String text) {
    assert home.inHome();
    if (phase != Phase.CLOSED) {
      surroundings.exit.carrierClosed(this, ending, text);
    }
    releaseIfClosed();
  }

  // ---- Cutting.

  private void complete(ByteBuf bytes) {
    if (isWaiting()) {
      held.writeBytes(bytes);
      return;
    }
    while (held != null && bytes.isReadable()) {
      int length = PacketCutter.length(held, packetSizeMax());
      int missing = length < 0 ? 1 : length - held.readableBytes();
      held.writeBytes(bytes, Math.min(missing, bytes.readableBytes()));
      cutHeld();
      if (isWaiting() && held != null) {
        held.writeBytes(bytes);
      }
    }
    if (held == null) {
      cut(bytes);
      hold(bytes);
    }
  }

  /** Hands over every whole packet, while nothing says to wait. */
  private void cut(ByteBuf in) {
    while (in.isReadable() && !isWaiting() && phase != Phase.CLOSED) {
      if (phase == Phase.AWAITING_CONNECT) {
        FirstBytes.check(in, carrier.facts());
      }
      int length = PacketCutter.length(in, packetSizeMax());
      if (length < 0 || in.readableBytes() < length) {
        return;
      }
      ByteBuf packet = in.slice(in.readerIndex(), length);
      in.skipBytes(length);
      packetsReceived++;
      home.statistics().received(packet.getUnsignedByte(packet.readerIndex()) >>> 4);
      dispatch(packet);
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
    if (rest.isReadable() && phase != Phase.CLOSED) {
      held = rest.alloc().buffer(rest.readableBytes());
      held.writeBytes(rest);
    }
  }

  private void releaseIfClosed() {
    if (phase == Phase.CLOSED && held != null && !cutting) {
      held.release();
      held = null;
    }
  }

  private int packetSizeMax() {
    return phase == Phase.AWAITING_CONNECT
        ? surroundings.limits.preConnectBytes()
        : surroundings.limits.maxPacketSize();
  }

  /** The one dispatch; what a packet does is its processor's business. */
  private void dispatch(ByteBuf packet) {
    MqttMessageType type = PacketDecoder.type(packet);
    if (phase == Phase.AWAITING_CONNECT && type != MqttMessageType.CONNECT) { // [MQTT-3.1.0-1]
      throw new ProtocolException(
          ReasonCode.PROTOCOL_ERROR, type + " packet (expected: CONNECT first)");
    }
    if (phase == Phase.AUTHENTICATING
        && type != MqttMessageType.AUTH
        && type != MqttMessageType.DISCONNECT) { // [MQTT-3.1.2-30]
      throw new ProtocolException(
          ReasonCode.PROTOCOL_ERROR, type + " packet (expected: AUTH or DISCONNECT)");
    }
    switch (type) {
      case PUBLISH -> surroundings.publish.process(this, packet);
      case PUBACK, PUBREC, PUBREL, PUBCOMP -> surroundings.ack.process(this, packet);
      case SUBSCRIBE -> surroundings.subscribe.process(this, packet);
      case UNSUBSCRIBE -> surroundings.unsubscribe.process(this, packet);
      case PINGREQ -> surroundings.ping.process(this, packet);
      case CONNECT -> surroundings.connect.process(this, packet);
      case DISCONNECT -> surroundings.disconnect.process(this, packet);
      case AUTH -> surroundings.auth.process(this, packet);
      default -> throw new ProtocolException(ReasonCode.PROTOCOL_ERROR, type + " from a client");
    }
  }

  // ---- Reading and pausing.

  /** Packets that came behind CONNECT wait for its answer, others while a queue is full. */
  private boolean isWaiting() {
    return pausedBySession
        || throttled
        || phase == Phase.LOGGING_IN
        || phase == Phase.AWAITING_SESSION
        || phase == Phase.REFUSED;
  }

  private void updateReading() {
    if (isWaiting() && !carrierPaused) {
      carrierPaused = true;
      carrier.pauseReading();
    } else if (!isWaiting() && carrierPaused && phase != Phase.CLOSED) {
      home.execute(this::resume); // The session may be in the middle of something.
    }
  }

  private void resume() {
    if (isWaiting() || !carrierPaused || phase == Phase.CLOSED) {
      return;
    }
    lastReceivedNanos = System.nanoTime();
    try {
      if (held != null) {
        cutHeld();
      }
    } catch (ProtocolException e) {
      surroundings.exit.brokenBy(this, e);
    } catch (RuntimeException | AssertionError e) {
      surroundings.exit.failed(this, e);
    }
    releaseIfClosed();
    if (!isWaiting() && phase != Phase.CLOSED) {
      carrierPaused = false;
      carrier.resumeReading();
    }
  }

  @Override
  public void pauseReading() {
    pausedBySession = true;
    updateReading();
  }

  @Override
  public void resumeReading() {
    pausedBySession = false;
    updateReading();
  }

  // ---- From the processors.

  /** CONNECT has come; should it be refused, this is how to say so (null: not at all). */
  void answerConnectAs(ProtocolVersion version) {
    this.version = version;
  }

  /** What CONNECT asks for; whether it is refused is still open. */
  void asked(ClientTerms terms) {
    this.terms = terms;
    this.version = terms.version();
  }

  void authenticating(EnhancedLogin login) {
    this.enhancedLogin = login;
    phase = Phase.AUTHENTICATING;
  }

  void loggingIn() {
    phase = Phase.LOGGING_IN;
    updateReading();
  }

  void awaitingSession(Identity identity) {
    this.userName = identity.userName();
    expireAt(identity);
    phase = Phase.AWAITING_SESSION;
  }

  private void expireAt(Identity identity) {
    boolean forGood = identity.expiresAt() == Long.MAX_VALUE;
    long left = identity.expiresAt() - System.currentTimeMillis();
    expiresNanos =
        forGood ? 0 : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(1, left));
  }

  /** What the client may do can change with its next authentication. */
  Access renewable(Access first) {
    access = new RenewableAccess(first);
    return access;
  }

  /** The client has said again who it is. */
  void renewed(Identity identity) {
    expireAt(identity);
    access.renew(surroundings.authenticator.access(identity, terms.clientId()));
  }

  /** Counts a PUBLISH of so many bytes; a client that is too fast isn't read for a moment. */
  void published(int bytes) {
    if (publishRate == null && publishBytes == null) {
      return;
    }
    long now = System.nanoTime();
    long pause =
        Math.max(
            publishRate == null ? 0 : publishRate.spend(1, now),
            publishBytes == null ? 0 : publishBytes.spend(bytes, now));
    if (pause > 0 && !throttled) {
      throttled = true;
      updateReading();
      home.schedule(this::unthrottle, Duration.ofNanos(pause));
    }
  }

  private void unthrottle() {
    throttled = false;
    updateReading();
  }

  /** The answer to a log-in that failed waits; meanwhile nothing is read. */
  void refuseLater(Duration delay, Runnable refusal) {
    phase = Phase.REFUSED;
    updateReading();
    home.schedule(
        () -> {
          if (phase == Phase.REFUSED) {
            refusal.run();
            releaseIfClosed();
          }
        },
        delay);
  }

  void refuse(ReasonCode reasonCode, String cause) {
    surroundings.exit.refused(this, reasonCode, cause);
    releaseIfClosed();
  }

  /** The client sent DISCONNECT instead of going on with its authentication. */
  void givenUp() {
    surroundings.exit.givenUp(this);
  }

  void disconnectedByClient(ReasonCode reasonCode, long sessionExpiry) {
    surroundings.exit.disconnectedByClient(this, reasonCode, sessionExpiry);
  }

  // ---- From the session.

  @Override
  public ConnectionView view() {
    return new ConnectionView(
        carrier.facts().listener(),
        carrier.gateway(),
        connectedAt,
        packetsReceived,
        bytesReceived,
        packetsSent,
        bytesSent);
  }

  @Override
  public Home home() {
    return home;
  }

  @Override
  public void accepted(Session session, boolean sessionPresent) {
    if (phase != Phase.AWAITING_SESSION) {
      return;
    }
    this.session = session;
    phase = Phase.CONNECTED;
    if (version.isMqtt5()) {
      topicAliases = new TopicAliases(surroundings.limits.topicAliasMaximum());
      int maximum = Math.min(terms.topicAliasMaximum(), surroundings.limits.topicAliasMaximum());
      sentAliases = maximum == 0 ? null : new SentAliases(maximum);
    }
    patienceNanos = carrier.hasEdge() ? 0 : terms.keepAlive() * 1_500_000_000L;
    lastReceivedNanos = System.nanoTime();
    MqttProperties properties = terms.connackProperties(surroundings.limits);
    if (enhancedLogin != null) {
      enhancedLogin.addTo(properties);
    }
    sendConnack(sessionPresent, ReasonCode.SUCCESS, properties);
    surroundings.counts.connected(carrier.facts().listener(), version);
    surroundings.log.connected(this, terms.cleanStart(), terms.keepAlive());
    carrier.connected(
        version.level(), terms.keepAlive(), terms.maximumPacketSize(), terms.clientId());
    updateReading();
  }

  @Override
  public void refused(ReasonCode reasonCode, String text) {
    if (phase == Phase.AWAITING_SESSION) {
      refuse(reasonCode, text);
    }
  }

  @Override
  public void publish(
      Message message,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers) {
    if (phase != Phase.CONNECTED) {
      return;
    }
    boolean droppable = qos == 0;
    // What an edge may drop, or send to many at once, must not be what a later packet builds upon.
    if (sentAliases != null
        && !(droppable && carrier.hasEdge())
        && carrier.isWritable()
        && publishWithAlias(message, qos, dup, retain, packetId, subscriptionIdentifiers)) {
      return;
    }
    if (subscriptionIdentifiers == null && !dup) {
      int written = carrier.publish(message, version, qos, retain, packetId);
      if (written > 0) {
        countSent(PUBLISH, written);
        return;
      }
    }
    if (droppable && subscriptionIdentifiers == null) {
      byte[] packet = message.encodedQos0(version, retain);
      if (packet != null) {
        countSent(PUBLISH, packet.length);
        carrier.write(packet, true);
        return;
      }
    }
    long now = home.nowMillis();
    int length = message.encodedLength(version, qos, subscriptionIdentifiers, now);
    countSent(PUBLISH, length);
    if (message.payloadLength() <= COPIED_PAYLOAD_MAX) {
      ByteBuf out = carrier.begin(length, droppable);
      message.encode(out, version, qos, dup, retain, packetId, subscriptionIdentifiers, now);
      carrier.end();
    } else {
      ByteBuf head = carrier.allocator().buffer(length - message.payloadLength());
      message.encodeHead(head, version, qos, dup, retain, packetId, subscriptionIdentifiers, now);
      carrier.write(head, message.payloadBuf(), droppable);
    }
  }

  /** Sends a small message with a topic alias, if its topic has one or gets one. */
  private boolean publishWithAlias(
      Message message,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers) {
    long now = home.nowMillis();
    int length = message.encodedLength(version, qos, subscriptionIdentifiers, now) + ALIAS_LENGTH;
    if (message.payloadLength() > COPIED_PAYLOAD_MAX || length > terms.maximumPacketSize()) {
      return false;
    }
    int known = sentAliases.known(message.topicName());
    int alias = known == SentAliases.NONE ? sentAliases.assign(message.topicName()) : known;
    if (alias == SentAliases.NONE) {
      return false;
    }
    send(
        length,
        out ->
            message.encode(
                out,
                version,
                qos,
                dup,
                retain,
                packetId,
                subscriptionIdentifiers,
                now,
                alias,
                known != SentAliases.NONE));
    return true;
  }

  @Override
  public boolean isWritable() {
    return carrier.isWritable();
  }

  @Override
  public boolean isWritableForQos0() {
    return carrier.isWritableForQos0();
  }

  @Override
  public void puback(int packetId, ReasonCode reasonCode) {
    acknowledge(MqttMessageType.PUBACK, packetId, reasonCode);
  }

  @Override
  public void pubrec(int packetId, ReasonCode reasonCode) {
    acknowledge(MqttMessageType.PUBREC, packetId, reasonCode);
  }

  @Override
  public void pubrel(int packetId, ReasonCode reasonCode) {
    acknowledge(MqttMessageType.PUBREL, packetId, reasonCode);
  }

  @Override
  public void pubcomp(int packetId, ReasonCode reasonCode) {
    acknowledge(MqttMessageType.PUBCOMP, packetId, reasonCode);
  }

  private void acknowledge(MqttMessageType type, int packetId, ReasonCode reasonCode) {
    if (reasonCode.isError() && terms.wantsReasons()) {
      MqttProperties reason = Properties.reason(ExitDoor.words(reasonCode));
      send(
          64,
          out ->
              PacketEncoder.ack(
                  out, version, type, packetId, reasonCode, reason, terms.maximumPacketSize()));
      return;
    }
    send(ACK_LENGTH_MAX, out -> PacketEncoder.ack(out, version, type, packetId, reasonCode));
  }

  @Override
  public void subscribed(int packetId, List<ReasonCode> reasonCodes) {
    send(
        8 + reasonCodes.size(),
        out ->
            PacketEncoder.suback(
                out,
                version,
                packetId,
                reasonCodes,
                reason(reasonCodes),
                terms.maximumPacketSize()));
  }

  @Override
  public void unsubscribed(int packetId, List<ReasonCode> reasonCodes) {
    send(
        8 + reasonCodes.size(),
        out ->
            PacketEncoder.unsuback(
                out,
                version,
                packetId,
                reasonCodes,
                reason(reasonCodes),
                terms.maximumPacketSize()));
  }

  /** A Reason String that says which of several went wrong, or no property where none did. */
  private MqttProperties reason(List<ReasonCode> reasonCodes) { // [MQTT-3.1.2-29]
    if (!terms.wantsReasons() || reasonCodes.stream().noneMatch(ReasonCode::isError)) {
      return MqttProperties.NO_PROPERTIES;
    }
    StringJoiner reasons = new StringJoiner(", ");
    for (int i = 0; i < Math.min(reasonCodes.size(), REASONS_MAX); i++) {
      if (reasonCodes.get(i).isError()) {
        reasons.add("filter " + (i + 1) + ": " + ExitDoor.words(reasonCodes.get(i)));
      }
    }
    return Properties.reason(reasons.toString());
  }

  @Override
  public void close(ReasonCode reasonCode, String text) {
    if (phase != Phase.CLOSED) {
      surroundings.exit.closedBySession(this, reasonCode, text);
    }
    releaseIfClosed();
  }

  @Override
  public MulticastLink multicastLink() {
    return carrier.multicastLink();
  }

  // ---- Writing.

  /** Appends one packet of at most {@code length} bytes, unless the connection has ended. */
  void send(int length, Consumer<ByteBuf> packet) {
    if (phase == Phase.CLOSED) {
      return;
    }
    ByteBuf out = carrier.begin(length, false);
    int before = out.writerIndex();
    packet.accept(out);
    countSent(out.getUnsignedByte(before) >>> 4, out.writerIndex() - before);
    carrier.end();
  }

  void sendConnack(boolean sessionPresent, ReasonCode reasonCode, MqttProperties properties) {
    send(
        128,
        out ->
            PacketEncoder.connack(
                out, version, sessionPresent, reasonCode, properties, maximumPacketSize()));
  }

  void sendAuth(ReasonCode reasonCode, MqttProperties properties) {
    send(128, out -> PacketEncoder.auth(out, reasonCode, properties, maximumPacketSize()));
  }

  void sendDisconnect(ReasonCode reasonCode, String text) {
    send(
        64,
        out ->
            PacketEncoder.disconnect(
                out, version, reasonCode, Properties.reason(text), maximumPacketSize()));
  }

  private void countSent(int packetType, int bytes) {
    packetsSent++;
    bytesSent += bytes;
    home.statistics().sent(packetType, 1);
    home.statistics().add(Counter.BYTES_SENT, bytes);
  }

  // ---- For the exit door and the sweep.

  /** Whether the client has been silent for longer than it may. */
  boolean isOverdue(long nowNanos) {
    return patienceNanos > 0 && nowNanos - lastReceivedNanos > patienceNanos && !carrierPaused;
  }

  /** Whether who the client is counts no longer. */
  boolean isExpired(long nowNanos) {
    return expiresNanos != 0 && nowNanos - expiresNanos >= 0;
  }

  void expired() {
    surroundings.exit.brokenBy(
        this,
        new ProtocolException(
            ReasonCode.MAXIMUM_CONNECT_TIME, "the token or other proof of identity has expired"));
    releaseIfClosed();
  }

  void overdue() {
    surroundings.exit.timedOut(this);
    releaseIfClosed();
  }

  /** The last act: nothing is read or written any more. */
  void end(ReasonCode reasonCode, String text) {
    end();
    carrier.close(reasonCode, text);
  }

  /** The same where the carrier has already ended. */
  void end() {
    if (phase == Phase.CONNECTED) {
      surroundings.counts.disconnected(carrier.facts().listener(), version);
    }
    phase = Phase.CLOSED;
    connections.remove(this);
  }

  // ---- Facts.

  Phase phase() {
    return phase;
  }

  /** For what needs to know its carrier: a link's multicast. */
  public Carrier carrier() {
    return carrier;
  }

  CarrierFacts facts() {
    return carrier.facts();
  }

  /** Null as long as CONNECT wasn't understood. */
  ProtocolVersion version() {
    return version;
  }

  ClientTerms terms() {
    return terms;
  }

  Session session() {
    return session;
  }

  /** Null where CONNECT named no authentication method. */
  EnhancedLogin enhancedLogin() {
    return enhancedLogin;
  }

  String userName() {
    return userName;
  }

  TopicAliases topicAliases() {
    return topicAliases;
  }

  long sessionExpiry() {
    return terms.sessionExpiry();
  }

  ConnectionLimits limits() {
    return surroundings.limits;
  }

  boolean isMemoryTight() {
    return surroundings.memory.isTight();
  }

  private int maximumPacketSize() {
    return terms == null ? Integer.MAX_VALUE : terms.maximumPacketSize();
  }

  /** The client identifier, or what Mosquitto writes where there is none. */
  String name() {
    return terms == null ? "<unknown>" : terms.clientId();
  }
}
