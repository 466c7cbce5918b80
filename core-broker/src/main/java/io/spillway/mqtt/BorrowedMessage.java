package io.spillway.mqtt;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;

/**
 * A small QoS 0 message in an array that the next one is read into: most messages are written to
 * their receivers' buffers within the call that brings them, and need no memory of their own. One
 * per thread, from {@link #begin} to {@link #end}; afterwards it has neither topic nor bytes, so
 * that whoever held on to it fails and can't see another message.
 */
final class BorrowedMessage extends PassingMessage {
  /** The longest packet; a thread's array is that long. */
  static final int LENGTH_MAX = 4096;

  private static final FastThreadLocal<BorrowedMessage> CURRENT =
      new FastThreadLocal<>() {
        @Override
        protected BorrowedMessage initialValue() {
          return new BorrowedMessage();
        }
      };

  private final byte[] room = new byte[LENGTH_MAX];

  /** The packet that brings it, where there is no more to say about that. */
  final PublishPacket asPacket = new PublishPacket(this, 0, false, 0);

  private boolean isInUse;

  /** How many have begun. */
  private long number;

  /** What {@link #kept} has answered; null: nobody has asked. */
  private Message kept;

  private BorrowedMessage() {}

  /**
   * The calling thread's; null where a message is still on its way in it, or this one is longer.
   */
  static BorrowedMessage ofThread(int packetLength) {
    BorrowedMessage current = CURRENT.get();
    return current.isInUse || packetLength > LENGTH_MAX ? null : current;
  }

  /** Where to write the packet. */
  byte[] room() {
    return room;
  }

  /** The packet is written; {@link #end} must follow. */
  void begin(
      String topicName,
      int length,
      boolean mqtt5,
      int propertiesLength,
      int payloadLength,
      long expiresAt) {
    isInUse = true;
    number++;
    set(topicName, room, length, mqtt5, propertiesLength, payloadLength, 0, false, expiresAt);
  }

  @Override
  void end() {
    isInUse = false;
    packet = null;
    topicName = null;
    kept = null;
  }

  @Override
  public Message kept() {
    if (kept == null) {
      kept =
          Message.ofPacket(
              topicName,
              Arrays.copyOf(packet, length),
              mqtt5,
              propertiesLength(),
              payloadLength(),
              qos,
              retain,
              expiresAt);
    }
    return kept;
  }

  @Override
  public byte[] encodedQos0(ProtocolVersion version, boolean retain) {
    return null; // Whoever has asked for the bytes may keep them.
  }

  @Override
  public long number() {
    return number;
  }
}
