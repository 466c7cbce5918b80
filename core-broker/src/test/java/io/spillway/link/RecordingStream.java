package io.spillway.link;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Remembers what arrives on a stream; consumes at once unless told otherwise. */
final class RecordingStream implements StreamListener {
  LinkStream stream;
  boolean consumesAtOnce = true;
  Runnable onWritable = () -> {};

  /** Units and multicast packets in the order of their ends. */
  final List<byte[]> units = new ArrayList<>();

  final List<Boolean> droppable = new ArrayList<>();
  final List<Integer> packetIds = new ArrayList<>();
  final List<StreamAttributes> attributes = new ArrayList<>();
  final List<EdgeStatistics> statistics = new ArrayList<>();
  int pieces;
  int bytes;
  int writable;
  CloseReason closeReason;
  String closeText;

  private final ByteArrayOutputStream unit = new ByteArrayOutputStream();
  private int expected;

  @Override
  public void data(ByteBuf in, boolean first, int remaining, boolean isDroppable) {
    open();
    if (first != (unit.size() == 0)) {
      throw new AssertionError("first: " + first + " after " + unit.size() + " bytes of a unit");
    }
    int length = in.readableBytes();
    if (!first && remaining != expected - length) {
      throw new AssertionError("remaining: " + remaining);
    }
    expected = remaining;
    pieces++;
    bytes += length;
    unit.writeBytes(bytes(in));
    if (remaining == 0) {
      units.add(unit.toByteArray());
      droppable.add(isDroppable);
      unit.reset();
    }
    if (!isDroppable && consumesAtOnce) {
      stream.consumed(length);
    }
  }

  @Override
  public void multicast(SharedPacket packet) {
    open();
    units.add(bytes(packet.bytes().duplicate()));
    droppable.add(true);
  }

  @Override
  public void multicast(SharedPacket template, int packetId) {
    open();
    byte[] packet = bytes(template.bytes().duplicate());
    packet[template.packetIdOffset()] = (byte) (packetId >> 8);
    packet[template.packetIdOffset() + 1] = (byte) packetId;
    units.add(packet);
    droppable.add(false);
    packetIds.add(packetId);
    if (consumesAtOnce) {
      stream.consumed(packet.length);
    }
  }

  @Override
  public void writable() {
    open();
    writable++;
    onWritable.run();
  }

  @Override
  public void attributes(StreamAttributes its) {
    open();
    attributes.add(its);
  }

  @Override
  public void statistics(EdgeStatistics its) {
    open();
    statistics.add(its);
  }

  @Override
  public void closed(CloseReason reason, String text) {
    open();
    closeReason = reason;
    closeText = text;
  }

  private void open() {
    if (closeReason != null) {
      throw new AssertionError("called after closed(" + closeReason + ")");
    }
  }

  static byte[] bytes(ByteBuf in) {
    byte[] bytes = new byte[in.readableBytes()];
    in.readBytes(bytes);
    return bytes;
  }
}
