package io.spillway.broker.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.spillway.broker.auth.Identity;
import io.spillway.broker.connection.Carrier;
import io.spillway.broker.connection.CarrierFacts;
import io.spillway.broker.connection.Ending;
import io.spillway.broker.connection.MqttConnection;
import io.spillway.broker.session.MulticastLink;
import io.spillway.link.CloseReason;
import io.spillway.link.EdgeStatistics;
import io.spillway.link.LinkStream;
import io.spillway.link.OpenFacts;
import io.spillway.link.StreamAttributes;
import io.spillway.link.StreamAttributes.SlowClientPolicy;
import io.spillway.link.StreamListener;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import java.net.InetSocketAddress;

/**
 * A gateway's client: one stream of a link. The link gathers the packets of all its streams itself,
 * so each goes there as it is. Owned by the link's event loop, from OPEN to CLOSE.
 */
final class StreamCarrier implements Carrier, StreamListener {
  private static final String LISTENERS = "gateway.listeners.";

  private final GatewayLink gateway;
  private final LinkStream stream;
  private final CarrierFacts facts;

  /** Set once, right after both were made. */
  private MqttConnection connection;

  /** The packet being appended, between {@link #begin} and {@link #end}; null otherwise. Owned. */
  private ByteBuf packet;

  private boolean packetDroppable;

  private boolean paused;

  /** The number of the joint packet that this stream is to get; it may have left long ago. */
  private long jointNumber;

  /** Received while paused, or handled then: the credit for it isn't given back yet. */
  private int owedCredit;

  /** Runs when the stream has ended, once. */
  private Runnable ended;

  StreamCarrier(GatewayLink gateway, LinkStream stream, OpenFacts facts, Runnable ended) {
    this.gateway = gateway;
    this.stream = stream;
    this.facts = facts(facts);
    this.ended = ended;
  }

  private void tellEnded() {
    Runnable told = ended;
    ended = null;
    if (told != null) {
      told.run();
    }
  }

  static CarrierFacts facts(OpenFacts facts) {
    InetSocketAddress listener = facts.listenerAddress();
    boolean local =
        listener != null
            && listener.getAddress().isLoopbackAddress()
            && facts.remoteAddress().getAddress().isLoopbackAddress()
            && !facts.forwarded();
    return new CarrierFacts(
        facts.remoteAddress(),
        facts.listenerName(),
        listener == null ? 0 : listener.getPort(),
        facts.listenerName().startsWith(LISTENERS)
            ? facts.listenerName()
            : LISTENERS + facts.listenerName(),
        local,
        identity(facts.identity()));
  }

  /** The gateway has found out who it is. */
  private static Identity identity(OpenFacts.Identity identity) {
    return identity == null
        ? null
        : new Identity(identity.user(), identity.expiresAt(), identity.rights());
  }

  @Override
  public String gateway() {
    return gateway.peer().id();
  }

  void carry(MqttConnection connection) {
    this.connection = connection;
  }

  LinkStream stream() {
    return stream;
  }

  // ---- From the link.

  @Override
  public void data(ByteBuf bytes, boolean first, int remaining, boolean droppable) {
    int length = bytes.readableBytes();
    connection.received(bytes);
    if (droppable) {
      return;
    }
    if (paused) {
      owedCredit += length;
    } else {
      // Also where it is held for the rest of a large packet, which might exceed the credit.
      stream.consumed(length);
    }
  }

  @Override
  public void writable() {
    connection.writable();
  }

  @Override
  public void statistics(EdgeStatistics statistics) {
    gateway.statistics(statistics);
  }

  @Override
  public void closed(CloseReason reason, String text) {
    tellEnded();
    switch (reason) {
      case NORMAL, CLIENT_CLOSED, CLIENT_LOST, CLIENT_DISCONNECTED ->
          connection.carrierClosed(Ending.CLOSED_BY_CLIENT, text);
      case KEEP_ALIVE_TIMEOUT -> connection.carrierClosed(Ending.KEEP_ALIVE_TIMEOUT, text);
      case LINK_LOST -> connection.carrierClosed(Ending.LINK_LOST, text);
      default ->
          connection.carrierClosed(Ending.CLOSED_AT_EDGE, text.isEmpty() ? reason.name() : text);
    }
  }

  // ---- From the connection.

  @Override
  public CarrierFacts facts() {
    return facts;
  }

  @Override
  public ByteBufAllocator allocator() {
    return PooledByteBufAllocator.DEFAULT;
  }

  @Override
  public ByteBuf begin(int length, boolean droppable) {
    packet = allocator().buffer(length);
    packetDroppable = droppable;
    return packet;
  }

  @Override
  public void end() {
    ByteBuf whole = packet;
    packet = null;
    inOrder();
    stream.send(whole, packetDroppable);
    gateway.flushAtEndOfTurn();
  }

  @Override
  public void write(byte[] packet, boolean droppable) {
    inOrder();
    stream.send(packet, droppable);
    gateway.flushAtEndOfTurn();
  }

  @Override
  public void write(ByteBuf head, ByteBuf payload, boolean droppable) {
    inOrder();
    stream.send(allocator().compositeBuffer(2).addComponents(true, head, payload), droppable);
    gateway.flushAtEndOfTurn();
  }

  @Override
  public int publish(
      PassingMessage message, ProtocolVersion version, int qos, boolean retain, int packetId) {
    inOrder();
    JointPublish joint = gateway.joint();
    long now = gateway.home().nowMillis();
    int length = joint.add(stream, message, version, qos, retain, packetId, now);
    if (length > 0) {
      jointNumber = joint.number();
      gateway.flushAtEndOfTurn();
    }
    return length;
  }

  /** What this stream is to get from a joint packet goes before what is written now. */
  private void inOrder() {
    if (jointNumber == gateway.joint().number()) {
      gateway.joint().flush();
    }
  }

  @Override
  public boolean isWritable() {
    inOrder();
    return stream.isWritable();
  }

  @Override
  public boolean isWritableForQos0() {
    inOrder();
    return stream.bytesQueued() == 0;
  }

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    paused = false;
    if (owedCredit > 0) {
      stream.consumed(owedCredit);
      owedCredit = 0;
      gateway.flushAtEndOfTurn();
    }
  }

  @Override
  public void connected(
      int protocolLevel, int keepAliveSeconds, int maximumPacketSize, String clientId) {
    stream.attributes(
        new StreamAttributes(
            protocolLevel,
            keepAliveSeconds,
            maximumPacketSize,
            SlowClientPolicy.EDGE_DEFAULT,
            clientId));
    gateway.flushAtEndOfTurn();
  }

  @Override
  public boolean hasEdge() {
    return true;
  }

  @Override
  public void close(ReasonCode reasonCode, String text) {
    tellEnded();
    inOrder();
    stream.close(CloseReason.ofMqtt(reasonCode.code()), text == null ? "" : text);
    gateway.flushAtEndOfTurn();
  }

  @Override
  public MulticastLink multicastLink() {
    return gateway.multicast();
  }
}
