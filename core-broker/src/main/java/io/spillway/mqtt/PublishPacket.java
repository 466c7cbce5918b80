package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;

/** A PUBLISH packet from a client, read and checked. Immutable, any thread. */
public final class PublishPacket {
  private PublishPacket() {}

  /**
   * Reads the packet that fills {@code exactSlice}, whose indices stay as they are. With an alias
   * and no topic name the message's topic name is empty.
   */
  public static PublishPacket decode(ByteBuf exactSlice, ProtocolVersion version) {
    throw new UnsupportedOperationException();
  }

  /**
   * The same, with the connection's aliases set and resolved: the message always has its topic
   * name.
   */
  public static PublishPacket decode(
      ByteBuf exactSlice, ProtocolVersion version, TopicAliases aliases) {
    throw new UnsupportedOperationException();
  }

  /** Its retain flag and QoS are the packet's. */
  public Message message() {
    throw new UnsupportedOperationException();
  }

  /** 0 at QoS 0. */
  public int packetId() {
    throw new UnsupportedOperationException();
  }

  public boolean dup() {
    throw new UnsupportedOperationException();
  }

  /** The alias as the packet has it, 0 when there is none. */
  public int topicAlias() {
    throw new UnsupportedOperationException();
  }
}
