package io.spillway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/** The gateway's side of multicast: keeps the groups and hands each packet to its streams. */
final class MulticastReceiver {
  private static final int PACKET_MIN = 2;

  private final Link link;
  private final ByteBufAllocator allocator;
  private final int groupsMax;
  private StreamSet[] groups = new StreamSet[16];
  private int groupCount;

  /** Distinguishes the streams that this multicast leaves out from those of the one before. */
  private int mark;

  private long deliveries;

  MulticastReceiver(Link link, ByteBufAllocator allocator, int groupsMax) {
    this.link = link;
    this.allocator = allocator;
    this.groupsMax = groupsMax;
  }

  int groupCount() {
    return groupCount;
  }

  long deliveries() {
    return deliveries;
  }

  void groupAdd(int groupId, ByteBuf in) {
    if (groupId < 1 || groupId > groupsMax) {
      throw LinkException.protocolError(
          "GROUP_ADD group: " + groupId + " (expected: 1 to " + groupsMax + ")");
    }
    if (groupId >= groups.length) {
      groups = Arrays.copyOf(groups, Math.max(groupId + 1, groups.length * 2));
    }
    StreamSet group = groups[groupId];
    if (group == null) {
      group = new StreamSet(groupId);
      groups[groupId] = group;
      groupCount++;
    }
    int count = Wire.count(in, 1, "GROUP_ADD count");
    int id = 0;
    for (int i = 0; i < count; i++) {
      id = Wire.step(in, id, "GROUP_ADD stream");
      LinkStream stream = link.openStream(id, "GROUP_ADD");
      if (stream != null) {
        group.add(stream);
      }
    }
    Wire.end(in, "GROUP_ADD");
  }

  void groupDel(int groupId, ByteBuf in) {
    StreamSet group = group(groupId, "GROUP_DEL");
    int count = Wire.count(in, 1, "GROUP_DEL count");
    int id = 0;
    for (int i = 0; i < count; i++) {
      id = Wire.step(in, id, "GROUP_DEL stream");
      LinkStream stream = link.openStream(id, "GROUP_DEL");
      if (stream != null) {
        group.remove(stream);
      }
    }
    Wire.end(in, "GROUP_DEL");
    if (count == 0) {
      for (id = group.next(0); id >= 0; id = group.next(id + 1)) {
        group.remove(link.streams().get(id));
      }
      groups[groupId] = null;
      groupCount--;
    }
  }

  void multicast(int groupId, ByteBuf in) {
    StreamSet group = group(groupId, "MCAST");
    mark++;
    int count = Wire.count(in, 1, "MCAST count");
    int id = 0;
    for (int i = 0; i < count; i++) {
      id = Wire.step(in, id, "MCAST stream");
      LinkStream stream = link.openStream(id, "MCAST");
      if (stream != null) {
        stream.multicastMark = mark;
      }
    }
    SharedPacket packet = packet(in, -1, "MCAST");
    int leftOut = mark;
    try {
      for (id = group.next(0); id >= 0; id = group.next(id + 1)) {
        LinkStream stream = link.streams().get(id);
        if (stream.multicastMark != leftOut) {
          deliver(stream, packet, 0);
        }
      }
    } finally {
      packet.release();
    }
  }

  void multicastList(ByteBuf in) {
    // The list comes before the packet: it is walked once to find the packet, once to deliver.
    int count = Wire.count(in, 1, "MCAST_LIST count");
    int list = in.readerIndex();
    for (int i = 0; i < count; i++) {
      Wire.varint(in, "MCAST_LIST stream");
    }
    SharedPacket packet = packet(in, -1, "MCAST_LIST");
    in.readerIndex(list);
    try {
      int id = 0;
      for (int i = 0; i < count; i++) {
        id = Wire.step(in, id, "MCAST_LIST stream");
        LinkStream stream = link.openStream(id, "MCAST_LIST");
        if (stream != null) {
          deliver(stream, packet, 0);
        }
      }
    } finally {
      packet.release();
    }
  }

  void multicastWithPacketIds(ByteBuf in) {
    int offset = Wire.varint(in, "MCAST_PID offset");
    int count = Wire.count(in, 3, "MCAST_PID count");
    int list = in.readerIndex();
    for (int i = 0; i < count; i++) {
      Wire.varint(in, "MCAST_PID stream");
      Wire.u16(in, "MCAST_PID packet identifier");
    }
    int length = in.readableBytes();
    if (offset < 1 || offset > length - 2) {
      throw LinkException.protocolError(
          "MCAST_PID offset: "
              + (offset & 0xffff_ffffL)
              + " (expected: 1 to two bytes before the template's end)");
    }
    SharedPacket packet = packet(in, offset, "MCAST_PID");
    in.readerIndex(list);
    try {
      int id = 0;
      for (int i = 0; i < count; i++) {
        id = Wire.step(in, id, "MCAST_PID stream");
        int packetId = Wire.u16(in, "MCAST_PID packet identifier");
        if (packetId == 0) {
          throw LinkException.protocolError("MCAST_PID packet identifier: 0 (expected: 1-65535)");
        }
        LinkStream stream = link.openStream(id, "MCAST_PID");
        if (stream != null) {
          deliver(stream, packet, packetId);
        }
      }
    } finally {
      packet.release();
    }
  }

  private void deliver(LinkStream stream, SharedPacket packet, int packetId) {
    deliveries++;
    link.listeners().deliver(stream, packet, packetId);
  }

  private StreamSet group(int groupId, String what) {
    StreamSet group = groupId > 0 && groupId < groups.length ? groups[groupId] : null;
    if (group == null) {
      throw LinkException.protocolError(what + " group: " + groupId + " (expected: a known one)");
    }
    return group;
  }

  private SharedPacket packet(ByteBuf in, int packetIdOffset, String what) {
    Wire.need(in, PACKET_MIN, what + " packet");
    // A buffer of its own, so that a browser that keeps it doesn't keep the whole read.
    ByteBuf bytes = allocator.ioBuffer(in.readableBytes());
    bytes.writeBytes(in);
    return new SharedPacket(bytes, packetIdOffset);
  }
}
