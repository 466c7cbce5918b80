package io.spillway.gateway.bridge;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The topic name of a PUBLISH packet, by its bytes. Immutable. */
final class TopicKey {
  private final byte[] name;

  private TopicKey(byte[] name) {
    this.name = name;
  }

  /** Droppable packets carry their full topic name, so these bytes identify the topic. */
  static TopicKey of(ByteBuf packet) {
    int at = packet.readerIndex() + 1;
    while (packet.getByte(at++) < 0) {
      continue; // The remaining length ends with the first byte that isn't negative.
    }
    byte[] name = new byte[packet.getUnsignedShort(at)];
    packet.getBytes(at + 2, name);
    return new TopicKey(name);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicKey key && Arrays.equals(name, key.name);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(name);
  }
}
