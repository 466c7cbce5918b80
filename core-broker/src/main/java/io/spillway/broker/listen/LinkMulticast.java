package io.spillway.broker.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.spillway.broker.connection.MqttConnection;
import io.spillway.broker.routing.Home;
import io.spillway.broker.session.ClientConnection;
import io.spillway.broker.session.MulticastGroup;
import io.spillway.broker.session.MulticastLink;
import io.spillway.link.LinkGroup;
import io.spillway.link.LinkStream;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ProtocolVersion;
import java.util.Collection;
import java.util.List;

/**
 * One packet for many streams of a link, in the session's words. Owned by the link's event loop,
 * lives as long as the link.
 */
final class LinkMulticast implements MulticastLink {
  private final GatewayLink gateway;
  private final Home home;

  LinkMulticast(GatewayLink gateway, Home home) {
    this.gateway = gateway;
    this.home = home;
  }

  @Override
  public MulticastGroup newGroup(boolean mqtt5) {
    if (!gateway.link().canGroup()) {
      return null;
    }
    return new Group(
        gateway.link().group(), mqtt5 ? ProtocolVersion.MQTT_5 : ProtocolVersion.MQTT_3_1_1);
  }

  private static LinkStream stream(ClientConnection member) {
    return ((StreamCarrier) ((MqttConnection) member).carrier()).stream();
  }

  /** The Control Packet type. */
  private static final int PUBLISH = 3;

  private final class Group implements MulticastGroup {
    private final LinkGroup group;
    private final ProtocolVersion version;

    Group(LinkGroup group, ProtocolVersion version) {
      this.group = group;
      this.version = version;
    }

    @Override
    public void add(ClientConnection member) {
      group.add(stream(member));
    }

    @Override
    public void remove(ClientConnection member) {
      group.remove(stream(member));
    }

    /** The link itself serves those that can't take it now, in their order. */
    @Override
    public int multicast(
        PassingMessage message, boolean retain, Collection<ClientConnection> without) {
      gateway.joint().flush();
      ByteBuf packet = encoded(message, retain);
      int length = packet.readableBytes();
      int served = group.size() - without.size();
      home.statistics().sent(PUBLISH, served, (long) served * length);
      group.multicast(
          packet,
          without.isEmpty() ? List.of() : without.stream().map(LinkMulticast::stream).toList());
      gateway.flushAtEndOfTurn();
      return length;
    }

    private ByteBuf encoded(PassingMessage message, boolean retain) {
      byte[] shared = message.encodedQos0(version, retain);
      if (shared != null) {
        return Unpooled.wrappedBuffer(shared);
      }
      long now = home.nowMillis();
      int length = message.encodedLength(version, 0, null, now);
      ByteBuf packet = PooledByteBufAllocator.DEFAULT.buffer(length);
      message.encode(packet, version, 0, false, retain, 0, null, now);
      return packet;
    }

    @Override
    public void close() {
      group.dissolve();
    }
  }
}
