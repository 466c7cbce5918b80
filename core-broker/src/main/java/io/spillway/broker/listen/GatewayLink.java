package io.spillway.broker.listen;

import io.netty.buffer.ByteBuf;
import io.spillway.broker.connection.ClientCount;
import io.spillway.broker.connection.MqttConnection;
import io.spillway.broker.connection.Surroundings;
import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Statistics.Drop;
import io.spillway.link.CloseReason;
import io.spillway.link.EdgeStatistics;
import io.spillway.link.Link;
import io.spillway.link.LinkCloseReason;
import io.spillway.link.LinkListener;
import io.spillway.link.LinkSettings;
import io.spillway.link.LinkStatistics;
import io.spillway.link.LinkStream;
import io.spillway.link.LinkTransport;
import io.spillway.link.OpenFacts;
import io.spillway.link.PeerFacts;
import io.spillway.link.StreamListener;
import java.net.InetAddress;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link from a gateway, at the core: makes an MQTT connection of every stream. Owned by the link's
 * event loop, lives as long as the link.
 */
final class GatewayLink implements LinkListener {
  private static final Logger log = LoggerFactory.getLogger(GatewayLink.class);

  private final String address;
  private final Surroundings surroundings;
  private final LoopHomes homes;
  private final LinkFailures failures;
  private final Home home;
  private final Consumer<GatewayLink> closed;
  private final Link link;
  private final LinkMulticast multicast;
  private final JointPublish joint;
  private final Runnable flush = this::flushNow;

  /** Null until the handshake succeeded. */
  private volatile PeerFacts peer;

  private boolean flushPending;

  /** QoS 0 packets that the gateway, or this end, has given up for clients of this link. */
  private long packetsDropped;

  /** Those of them that this end's link gave up, as far as they are counted. */
  private long droppedInLink;

  /** As of the last {@link #refresh}; read by any thread. */
  private volatile Figures figures = Figures.NONE;

  /** As of the last {@link #refresh}; read by any thread. */
  private volatile LinkStatistics statistics = LinkStatistics.NONE;

  /** What {@code $SYS} tells of a link. */
  record Figures(long streams, long bytesReceived, long bytesSent, long packetsDropped) {
    static final Figures NONE = new Figures(0, 0, 0, 0);

    Figures plus(Figures other) {
      return new Figures(
          streams + other.streams,
          bytesReceived + other.bytesReceived,
          bytesSent + other.bytesSent,
          packetsDropped + other.packetsDropped);
    }
  }

  GatewayLink(
      String address,
      LinkSettings settings,
      LinkTransport transport,
      Surroundings surroundings,
      LoopHomes homes,
      LinkFailures failures,
      Consumer<GatewayLink> closed) {
    this.address = address;
    this.surroundings = surroundings;
    this.homes = homes;
    this.failures = failures;
    this.home = homes.current();
    this.closed = closed;
    this.link = Link.core(settings, transport, this);
    this.multicast = new LinkMulticast(this, home);
    this.joint = new JointPublish(link);
  }

  Link link() {
    return link;
  }

  Home home() {
    return home;
  }

  LinkMulticast multicast() {
    return multicast;
  }

  JointPublish joint() {
    return joint;
  }

  /** Null until the handshake succeeded. Any thread. */
  PeerFacts peer() {
    return peer;
  }

  /** Any thread. */
  Figures figures() {
    return figures;
  }

  /** As of the last {@link #refresh}. Any thread. */
  LinkStatistics statistics() {
    return statistics;
  }

  /** On the home. */
  void refresh() {
    LinkStatistics now = link.statistics();
    dropped(Drop.SLOW_CLIENT, now.droppablesDropped() - droppedInLink);
    droppedInLink = now.droppablesDropped();
    statistics = now;
    figures = new Figures(now.streams(), now.bytesReceived(), now.bytesSent(), packetsDropped);
  }

  /** Sends what streams wrote in this turn, once and at its end. */
  void flushAtEndOfTurn() {
    if (!flushPending) {
      flushPending = true;
      home.atEndOfTurn(flush);
    }
  }

  private void flushNow() {
    flushPending = false;
    joint.flush();
    link.flush();
  }

  @Override
  public void ready(PeerFacts peer) {
    this.peer = peer;
    failures.succeeded(address);
    log.info("Gateway {} is linked from {}.", peer.id(), address);
  }

  @Override
  public StreamListener opened(LinkStream stream, OpenFacts facts) {
    InetAddress address = facts.remoteAddress().getAddress();
    ClientCount.Refused refusal = surroundings.clients().begun(address);
    if (refusal != null) {
      surroundings.counts().refused(refusal.cause());
      surroundings.log().refused(StreamCarrier.facts(facts), refusal.words());
      stream.close(CloseReason.CONNECTION_RATE_EXCEEDED, refusal.words());
      flushAtEndOfTurn();
      return new RefusedStream();
    }
    StreamCarrier carrier =
        new StreamCarrier(this, stream, facts, () -> surroundings.clients().ended(address));
    carrier.carry(new MqttConnection(surroundings, home, carrier, homes.connections(home)));
    return carrier;
  }

  @Override
  public void goAway(LinkCloseReason reason, String text) {
    log.info("Gateway {} is about to leave: {}.", peer.id(), text);
  }

  @Override
  public void statistics(EdgeStatistics statistics) {
    dropped(Drop.AT_GATEWAY, statistics.packetsDropped() + statistics.packetsReplaced());
  }

  private void dropped(Drop cause, long count) {
    packetsDropped += count;
    home.statistics().dropped(cause, count);
  }

  @Override
  public void closed(LinkCloseReason reason, String text) {
    String why = words(reason, text);
    if (peer != null) {
      log.info("Gateway {} at {} is unlinked: {}.", peer.id(), address, why);
    } else if (reason == LinkCloseReason.TRANSPORT_LOST && text.endsWith("by the peer")) {
      // A probe of the port, or a gateway whose start has failed, which says so itself.
      log.debug("Connection from {} ended before it was a link: {}.", address, why);
    } else {
      failures.failed(address, why + key(reason));
    }
    refresh();
    closed.accept(this);
  }

  /** Takes what was on its way to a client that was refused. */
  private static final class RefusedStream implements StreamListener {
    @Override
    public void data(ByteBuf bytes, boolean first, int remaining, boolean droppable) {}

    @Override
    public void closed(CloseReason reason, String text) {}
  }

  private static String words(LinkCloseReason reason, String text) {
    return reason == LinkCloseReason.TRANSPORT_LOST
        ? text
        : reason.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + text;
  }

  private static String key(LinkCloseReason reason) {
    return reason == LinkCloseReason.AUTHENTICATION
        ? " (broker.link.secret and gateway.upstream.secret must be the same)"
        : "";
  }
}
