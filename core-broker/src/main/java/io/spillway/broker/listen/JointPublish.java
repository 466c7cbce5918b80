package io.spillway.broker.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.spillway.link.Link;
import io.spillway.link.LinkStream;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ProtocolVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Deliveries of one message to streams of a link, one after the other, on their way to becoming one
 * frame: the packet once, and a few bytes for each stream. It waits for no more than the end of the
 * turn, and whoever sends anything else to one of these streams calls {@link #flush} before.
 *
 * <p>Owned by the link's event loop, lives as long as the link.
 */
final class JointPublish {
  /**
   * A stream without credit enough for a packet has a copy of it to itself, so it mustn't be long.
   */
  private static final int CREDITED_MAX = 16 * 1024;

  /** Packets up to here are encoded in the same buffer, one after the other. */
  private static final int REUSED_MAX = 4096;

  private final Link link;

  /**
   * Tells what is being gathered from what is not, and for nothing else, as the message may have
   * ended by the time of {@link #flush}; null: nothing is gathered.
   */
  private Object message;

  private long messageNumber;

  /** The packet in one of two forms, the other is null. The second is owned. */
  private byte[] shared;

  private ByteBuf packet;

  /** Null: none yet. One count is ours; there are more while somebody waits with a packet in it. */
  private ByteBuf reused;

  private ProtocolVersion version;
  private int qos;
  private boolean retain;
  private int length;
  private List<LinkStream> streams = new ArrayList<>();
  private int[] packetIds = new int[16];
  private List<LinkStream> spareStreams = new ArrayList<>();
  private int[] sparePacketIds = new int[16];

  /** Distinguishes what is gathered from what was before; never 0. */
  private long number = 1;

  JointPublish(Link link) {
    this.link = link;
  }

  /** A stream's mark as long as something for it is gathered here. */
  long number() {
    return number;
  }

  /**
   * Takes a delivery to a stream that isn't in here yet.
   *
   * @return the packet's length; 0: it isn't taken
   */
  int add(
      LinkStream stream,
      PassingMessage message,
      ProtocolVersion version,
      int qos,
      boolean retain,
      int packetId,
      long nowMillis) {
    if (!isSame(message, version, qos, retain)) {
      int newLength = message.encodedLength(version, qos, null, nowMillis);
      if (newLength > (qos == 0 ? Link.WHOLE_MAX : CREDITED_MAX)) {
        return 0;
      }
      flush();
      this.version = version;
      this.qos = qos;
      this.retain = retain;
      length = newLength;
      shared = qos == 0 ? message.encodedQos0(version, retain) : null;
      packet = shared == null ? encoded(message, packetId, nowMillis) : null;
      this.message = message;
      messageNumber = message.number();
    }
    if (streams.size() == packetIds.length) {
      packetIds = Arrays.copyOf(packetIds, 2 * packetIds.length);
    }
    packetIds[streams.size()] = packetId;
    streams.add(stream);
    return length;
  }

  private boolean isSame(PassingMessage message, ProtocolVersion version, int qos, boolean retain) {
    return this.message == message
        && messageNumber == message.number()
        && this.qos == qos
        && this.retain == retain
        && this.version.isMqtt5() == version.isMqtt5();
  }

  /** Hands what was gathered to the link. */
  void flush() {
    if (message == null) {
      return;
    }
    byte[] shared = this.shared;
    ByteBuf packet = this.packet;
    boolean droppable = qos == 0;
    List<LinkStream> receivers = streams;
    int[] ids = packetIds;
    // A stream that ends on the way may have a will to be gathered here.
    streams = spareStreams;
    packetIds = sparePacketIds;
    message = null;
    this.shared = null;
    this.packet = null;
    number++;
    if (receivers.size() == 1 && shared != null) {
      receivers.get(0).send(shared, droppable);
    } else if (receivers.size() == 1) {
      sendAlone(receivers.get(0), packet, droppable);
    } else if (droppable) {
      link.multicastList(shared == null ? packet : Unpooled.wrappedBuffer(shared), receivers);
    } else {
      link.multicastWithPacketIds(packet, packetIdOffset(packet), receivers, ids);
    }
    receivers.clear();
    spareStreams = receivers;
    sparePacketIds = ids;
  }

  /** A unit that has to wait must not keep the whole buffer that packets are encoded in. */
  private void sendAlone(LinkStream stream, ByteBuf packet, boolean droppable) {
    if (packet != reused) {
      stream.send(packet, droppable);
      return;
    }
    try {
      stream.send(
          packet.internalNioBuffer(packet.readerIndex(), packet.readableBytes()), droppable);
    } finally {
      packet.release();
    }
  }

  /** With the first stream's packet identifier, which the link replaces where there are more. */
  private ByteBuf encoded(PassingMessage message, int packetId, long nowMillis) {
    ByteBuf encoded =
        length > REUSED_MAX ? PooledByteBufAllocator.DEFAULT.buffer(length) : reused();
    message.encode(encoded, version, qos, false, retain, packetId, null, nowMillis);
    return encoded;
  }

  private ByteBuf reused() {
    if (reused == null || reused.refCnt() > 1) {
      if (reused != null) {
        reused.release(); // Who waits with it has it alone from now on.
      }
      reused = Unpooled.buffer(REUSED_MAX);
    }
    return reused.clear().retain();
  }

  /** Behind the first byte, the remaining length and the topic name. */
  private static int packetIdOffset(ByteBuf packet) {
    int at = packet.readerIndex() + 1;
    while (packet.getByte(at++) < 0) {
      continue; // The remaining length ends with the first byte that isn't negative.
    }
    return at + 2 + packet.getUnsignedShort(at) - packet.readerIndex();
  }
}
