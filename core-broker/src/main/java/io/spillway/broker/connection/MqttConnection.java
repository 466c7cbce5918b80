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
import io.spillway.mqtt.PacketDecoder;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicAliases;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One client's Network Connection, from its first byte to its end: where it stands, who the client
 * is, and which processor a packet goes to. The same for a socket and for a link's stream. Bytes
 * come in through {@link PacketsIn} and go out through {@link PacketsOut}.
 *
 * <p>Owned by its home, the carrier's event loop. Lives from the carrier's opening until the exit
 * door ({@link ExitDoor}); nothing is read or written after that.
 */
public final class MqttConnection implements ClientConnection {
  static final String UNKNOWN_NOW =
      "the user is no longer in the file, or has another password there"
          + " (broker.auth.password-file, .scram-file)";

  private final Surroundings surroundings;
  private final Home home;
  private final Carrier carrier;
  private final HomeConnections connections;
  private final PacketsIn in;
  private final PacketsOut out;

  private Phase phase = Phase.AWAITING_CONNECT;

  /** How to answer CONNECT when it is refused; null: not known, so there is no answer. */
  private ProtocolVersion version;

  /** Null until a CONNECT packet was read. */
  private ClientTerms terms;

  /** Null: not known yet. */
  private Identity identity;

  /** When the client must have said again who it is, by {@link System#nanoTime}; 0: never. */
  private long expiresNanos;

  /** Null where CONNECT named no authentication method. */
  private RenewableAccess access;

  /** Null until {@link #accepted}. */
  private Session session;

  /** Null until a client of MQTT 5 is connected. */
  private TopicAliases topicAliases;

  /** Null where CONNECT named no authentication method. */
  private EnhancedLogin enhancedLogin;

  /** Whether {@link Session#writable} is already on its way. */
  private boolean writableAnnounced;

  /** How long the client may be silent: connect-timeout, then 1.5 keep alives; 0: for ever. */
  private long patienceNanos;

  /** For views: epoch milliseconds. */
  private final long connectedAt;

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
    this.in = new PacketsIn(this, surroundings, home, carrier);
    this.out = new PacketsOut(this, home, carrier);
    home.statistics().add(Counter.SOCKETS_OPENED, 1);
    surroundings.log.opened(carrier.facts());
    connections.add(this);
  }

  // ---- From the carrier.

  /** Bytes from the client, in order and cut anywhere. Borrowed: read to their end. */
  public void received(ByteBuf bytes) {
    assert home.inHome();
    in.received(bytes);
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
      out.writable();
      session.writable();
    }
  }

  /** The carrier has ended and wasn't closed by this side. */
  public void carrierClosed(Ending ending, String text) {
    assert home.inHome();
    if (phase != Phase.CLOSED) {
      surroundings.exit.carrierClosed(this, ending, text);
    }
    in.releaseIfClosed();
  }

  /** The one dispatch; what a packet does is its processor's business. */
  void dispatch(ByteBuf packet) {
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

  @Override
  public void pauseReading() {
    in.pausedBySession(true);
  }

  @Override
  public void resumeReading() {
    in.pausedBySession(false);
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
    in.update();
  }

  void awaitingSession(Identity identity) {
    this.identity = identity;
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
    this.identity = identity;
    expireAt(identity);
    access.renew(surroundings.authenticator.access(identity, terms.clientId()));
  }

  /** The answer to a log-in that failed waits; meanwhile nothing is read. */
  void refuseLater(Duration delay, Runnable refusal) {
    phase = Phase.REFUSED;
    in.update();
    home.schedule(
        () -> {
          if (phase == Phase.REFUSED) {
            refusal.run();
            in.releaseIfClosed();
          }
        },
        delay);
  }

  void refuse(ReasonCode reasonCode, String cause) {
    surroundings.exit.refused(this, reasonCode, cause);
    in.releaseIfClosed();
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
        in.packets(),
        in.bytes(),
        out.packets(),
        out.bytes());
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
      out.useAliases(Math.min(terms.topicAliasMaximum(), surroundings.limits.topicAliasMaximum()));
    }
    patienceNanos = carrier.hasEdge() ? 0 : terms.keepAlive() * 1_500_000_000L;
    in.forgiveSilence();
    MqttProperties properties = terms.connackProperties(surroundings.limits);
    if (enhancedLogin != null) {
      enhancedLogin.addTo(properties);
    }
    out.connack(sessionPresent, ReasonCode.SUCCESS, properties);
    surroundings.counts.connected(carrier.facts().listener(), version);
    surroundings.log.connected(this, terms.cleanStart(), terms.keepAlive());
    carrier.connected(
        version.level(), terms.keepAlive(), terms.maximumPacketSize(), terms.clientId());
    in.update();
  }

  @Override
  public void refused(ReasonCode reasonCode, String text) {
    if (phase == Phase.AWAITING_SESSION) {
      refuse(reasonCode, text);
    }
  }

  @Override
  public void publish(
      PassingMessage message,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers) {
    if (phase == Phase.CONNECTED) {
      out.publish(message, qos, dup, retain, packetId, subscriptionIdentifiers);
    }
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
    out.acknowledge(MqttMessageType.PUBACK, packetId, reasonCode);
  }

  @Override
  public void pubrec(int packetId, ReasonCode reasonCode) {
    out.acknowledge(MqttMessageType.PUBREC, packetId, reasonCode);
  }

  @Override
  public void pubrel(int packetId, ReasonCode reasonCode) {
    out.acknowledge(MqttMessageType.PUBREL, packetId, reasonCode);
  }

  @Override
  public void pubcomp(int packetId, ReasonCode reasonCode) {
    out.acknowledge(MqttMessageType.PUBCOMP, packetId, reasonCode);
  }

  @Override
  public void subscribed(int packetId, List<ReasonCode> reasonCodes) {
    out.suback(packetId, reasonCodes);
  }

  @Override
  public void unsubscribed(int packetId, List<ReasonCode> reasonCodes) {
    out.unsuback(packetId, reasonCodes);
  }

  @Override
  public void close(ReasonCode reasonCode, String text) {
    if (phase != Phase.CLOSED) {
      surroundings.exit.closedBySession(this, reasonCode, text);
    }
    in.releaseIfClosed();
  }

  @Override
  public MulticastLink multicastLink() {
    return carrier.multicastLink();
  }

  // ---- For the exit door and the sweep.

  /** Whether the client has been silent for longer than it may. */
  boolean isOverdue(long nowNanos) {
    return patienceNanos > 0 && in.silentNanos(nowNanos) > patienceNanos;
  }

  /** Whether who the client is counts no longer. */
  boolean isExpired(long nowNanos) {
    return expiresNanos != 0 && nowNanos - expiresNanos >= 0;
  }

  void expired() {
    goOn(
        () -> {
          throw new ProtocolException(
              ReasonCode.MAXIMUM_CONNECT_TIME, "the token or other proof of identity has expired");
        });
  }

  /** The files of users have changed. */
  void checkIdentity() {
    if (identity != null
        && !surroundings.authenticator.isStillKnown(
            identity, surroundings.enhancedAuthentication)) {
      goOn(
          () -> {
            throw new ProtocolException(ReasonCode.NOT_AUTHORIZED, UNKNOWN_NOW);
          });
    }
  }

  /** With something that took long, unless the connection has ended meanwhile. */
  void goOn(Runnable task) {
    if (phase == Phase.CLOSED) {
      return;
    }
    try {
      task.run();
    } catch (ProtocolException e) {
      surroundings.exit.brokenBy(this, e);
    } catch (RuntimeException | AssertionError e) {
      surroundings.exit.failed(this, e);
    }
    in.releaseIfClosed();
  }

  void overdue() {
    surroundings.exit.timedOut(this);
    in.releaseIfClosed();
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

  PacketsIn in() {
    return in;
  }

  PacketsOut out() {
    return out;
  }

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

  /** Null: anonymous, or not known yet. */
  String userName() {
    return identity == null ? null : identity.userName();
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

  /** The client identifier, or what Mosquitto writes where there is none. */
  String name() {
    return terms == null ? "<unknown>" : terms.clientId();
  }
}
