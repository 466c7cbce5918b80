package io.spillway.link;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The core's side of multicast: one frame for many streams, and what has to be sent to some of them
 * one by one so that each gets everything in order.
 */
final class Multicast {
  private final Link link;
  private final FrameWriter writer;
  private final SendQueues queues;
  private final int groupsMax;

  private LinkGroup[] groups = new LinkGroup[16];
  private int groupCount;

  /** Where to look for a free group number first. */
  private int nextGroup = 1;

  /** Distinguishes the streams that this multicast leaves out from those of the one before. */
  private int mark;

  private int[] ids = new int[64];
  private int idCount;
  private long deliveries;

  Multicast(Link link, FrameWriter writer, SendQueues queues, int groupsMax) {
    this.link = link;
    this.writer = writer;
    this.queues = queues;
    this.groupsMax = groupsMax;
  }

  boolean canGroup() {
    return groupCount < groupsMax;
  }

  int groupCount() {
    return groupCount;
  }

  long deliveries() {
    return deliveries;
  }

  LinkGroup group() {
    while (nextGroup < groups.length && groups[nextGroup] != null) {
      nextGroup++;
    }
    if (nextGroup == groups.length) {
      groups = Arrays.copyOf(groups, groups.length * 2);
    }
    LinkGroup group = new LinkGroup(link, this, nextGroup);
    groups[nextGroup] = group;
    groupCount++;
    return group;
  }

  void dissolved(LinkGroup group) {
    groups[group.id()] = null;
    nextGroup = Math.min(nextGroup, group.id());
    groupCount--;
  }

  /** {@link LinkGroup#multicast}. Takes ownership of the packet. */
  void toGroup(StreamSet members, ByteBuf packet, Collection<LinkStream> excluded) {
    mark++;
    idCount = 0;
    for (LinkStream stream : excluded) {
      if (members.contains(stream) && stream.multicastMark != mark) {
        leaveOut(stream);
      }
    }
    int reached = members.size() - idCount;
    if (packet.readableBytes() > Link.WHOLE_MAX) {
      for (int id = members.next(0); id >= 0; id = members.next(id + 1)) {
        LinkStream stream = link.streams().get(id);
        if (stream.multicastMark != mark) {
          stream.send(packet.retainedDuplicate(), true);
        }
      }
      packet.release();
      return;
    }
    List<LinkStream> pending = queues.pending();
    for (int i = pending.size() - 1; i >= 0; i--) {
      LinkStream stream = pending.get(i);
      if (members.contains(stream) && stream.multicastMark != mark) {
        leaveOut(stream);
        stream.send(packet.retainedDuplicate(), true);
        reached--;
      }
    }
    if (reached == 0 || !mayWrite(packet, reached)) {
      packet.release();
      return;
    }
    ByteBuf out = writer.begin(FrameType.MCAST, members.id);
    writeIds(out);
    writer.end(packet);
    deliveries += reached;
  }

  private void leaveOut(LinkStream stream) {
    stream.multicastMark = mark;
    addId(stream.id());
  }

  /** {@link Link#multicastList}. Takes ownership of the packet. */
  void toList(ByteBuf packet, List<LinkStream> streams) {
    boolean tooLarge = packet.readableBytes() > Link.WHOLE_MAX;
    idCount = 0;
    for (LinkStream stream : streams) {
      if (!stream.isOpen()) {
        continue;
      }
      if (tooLarge || stream.hasPending()) {
        stream.send(packet.retainedDuplicate(), true);
      } else {
        addId(stream.id());
      }
    }
    if (idCount == 0 || !mayWrite(packet, idCount)) {
      packet.release();
      return;
    }
    ByteBuf out = writer.begin(FrameType.MCAST_LIST, 0);
    writeIds(out);
    writer.end(packet);
    deliveries += idCount;
  }

  /** {@link Link#multicastWithPacketIds}. Takes ownership of the template. */
  void withPacketIds(
      ByteBuf template, int packetIdOffset, List<LinkStream> streams, int[] packetIds) {
    int length = template.readableBytes();
    if (packetIdOffset < 1 || packetIdOffset + 2 > length) {
      template.release();
      throw new IllegalArgumentException(
          "packetIdOffset: " + packetIdOffset + " (expected: 1 to " + (length - 2) + ")");
    }
    int count = 0;
    mark++;
    for (int i = 0; i < streams.size(); i++) {
      LinkStream stream = streams.get(i);
      if (!stream.isOpen()) {
        continue;
      }
      if (stream.canMulticast(length)) {
        stream.multicastMark = mark;
        count++;
      } else {
        ByteBuf own = template.copy();
        own.setShort(own.readerIndex() + packetIdOffset, packetIds[i]);
        stream.send(own, false);
      }
    }
    if (count == 0) {
      template.release();
      return;
    }
    ByteBuf out = writer.begin(FrameType.MCAST_PID, 0);
    Wire.writeVarint(out, packetIdOffset);
    Wire.writeVarint(out, count);
    int previous = 0;
    for (int i = 0; i < streams.size(); i++) {
      LinkStream stream = streams.get(i);
      if (stream.multicastMark == mark && stream.isOpen()) {
        Wire.writeStep(out, previous, stream.id());
        out.writeShort(packetIds[i]);
        previous = stream.id();
        stream.multicastWithPacketId(length);
      }
    }
    writer.end(template);
    deliveries += count;
  }

  private boolean mayWrite(ByteBuf packet, int receivers) {
    if (queues.mayOvershoot(packet.readableBytes())) {
      return true;
    }
    queues.droppablesDropped(receivers);
    return false;
  }

  private void addId(int id) {
    if (idCount == ids.length) {
      ids = Arrays.copyOf(ids, ids.length * 2);
    }
    ids[idCount++] = id;
  }

  private void writeIds(ByteBuf out) {
    Wire.writeVarint(out, idCount);
    int previous = 0;
    for (int i = 0; i < idCount; i++) {
      Wire.writeStep(out, previous, ids[i]);
      previous = ids[i];
    }
  }
}
