package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * An Application Message. Immutable, any thread, no reference count; lives as long as anything
 * refers to it. Topic name, properties and payload lie in one heap array, which is at the same time
 * the encoded QoS 0 packet for clients of the publisher's version.
 */
public final class Message {
  /** {@link #expiresAt()} of a message that never expires. */
  public static final long NEVER = Long.MAX_VALUE;

  private Message() {}

  /** A message without properties; the payload is copied. */
  public static Message of(String topicName, byte[] payload, int qos, boolean retain) {
    throw new UnsupportedOperationException();
  }

  public static Builder builder(String topicName) {
    throw new UnsupportedOperationException();
  }

  public String topicName() {
    throw new UnsupportedOperationException();
  }

  public int qos() {
    throw new UnsupportedOperationException();
  }

  public boolean retain() {
    throw new UnsupportedOperationException();
  }

  public int payloadLength() {
    throw new UnsupportedOperationException();
  }

  /** A read-only view, with a position of its own. */
  public ByteBuffer payload() {
    throw new UnsupportedOperationException();
  }

  /** The payload without a copy, for a write behind {@link #encodeHead}; read-only, unpooled. */
  public ByteBuf payloadBuf() {
    throw new UnsupportedOperationException();
  }

  /**
   * The encoded properties that are forwarded as they came: payload format, content type, response
   * topic, correlation data, user properties, in the publisher's order; without the length before
   * them. A read-only view.
   */
  public ByteBuffer properties() {
    throw new UnsupportedOperationException();
  }

  /** Epoch milliseconds, or {@link #NEVER}. */
  public long expiresAt() {
    throw new UnsupportedOperationException();
  }

  public boolean expired(long nowMillis) {
    throw new UnsupportedOperationException();
  }

  /** The bytes that this message holds in memory, for bounds on queues. */
  public int size() {
    throw new UnsupportedOperationException();
  }

  /** This message, or one that shares its bytes. */
  public Message withRetain(boolean retain) {
    throw new UnsupportedOperationException();
  }

  /** This message, or one that shares its bytes. */
  public Message withQos(int qos) {
    throw new UnsupportedOperationException();
  }

  /** This message, or one that shares its bytes. */
  public Message withExpiresAt(long expiresAt) {
    throw new UnsupportedOperationException();
  }

  /** A copy with another topic name. */
  public Message withTopicName(String topicName) {
    throw new UnsupportedOperationException();
  }

  /** The form for the store, see {@link #fromBytes}. */
  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads what {@link #toBytes} wrote, of this or an earlier version.
   *
   * @throws IllegalArgumentException when the bytes are not that
   */
  public static Message fromBytes(byte[] bytes) {
    throw new UnsupportedOperationException();
  }

  /** The length of the packet that {@link #encode} appends for the same arguments. */
  public int encodedLength(
      ProtocolVersion version, int qos, int[] subscriptionIdentifiers, long nowMillis) {
    throw new UnsupportedOperationException();
  }

  /**
   * Appends the PUBLISH packet. {@code packetId} counts at QoS 1 and 2 only; {@code
   * subscriptionIdentifiers} may be null and are left out for 3.x.
   */
  public void encode(
      ByteBuf out,
      ProtocolVersion version,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers,
      long nowMillis) {
    throw new UnsupportedOperationException();
  }

  /**
   * Appends the PUBLISH packet up to its payload, for large messages: the payload follows as {@link
   * #payloadBuf()} and isn't copied.
   */
  public void encodeHead(
      ByteBuf out,
      ProtocolVersion version,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers,
      long nowMillis) {
    throw new UnsupportedOperationException();
  }

  /**
   * The whole QoS 0 packet as shared bytes that nobody may change, made at most once per form; null
   * when the message expires and the client is of MQTT 5, as the packet then depends on the time.
   */
  public byte[] encodedQos0(ProtocolVersion version, boolean retain) {
    throw new UnsupportedOperationException();
  }

  /** Puts a message together. Used by one thread, once. */
  public static final class Builder {
    private Builder() {}

    public Builder payload(byte[] payload) {
      throw new UnsupportedOperationException();
    }

    public Builder qos(int qos) {
      throw new UnsupportedOperationException();
    }

    public Builder retain(boolean retain) {
      throw new UnsupportedOperationException();
    }

    public Builder expiresAt(long expiresAt) {
      throw new UnsupportedOperationException();
    }

    public Builder payloadFormat(int payloadFormat) {
      throw new UnsupportedOperationException();
    }

    public Builder contentType(String contentType) {
      throw new UnsupportedOperationException();
    }

    public Builder responseTopic(String responseTopic) {
      throw new UnsupportedOperationException();
    }

    public Builder correlationData(byte[] correlationData) {
      throw new UnsupportedOperationException();
    }

    public Builder userProperty(String name, String value) {
      throw new UnsupportedOperationException();
    }

    public Message build() {
      throw new UnsupportedOperationException();
    }
  }
}
