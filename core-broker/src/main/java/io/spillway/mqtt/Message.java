package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An Application Message. Immutable, any thread, no reference count; lives as long as anything
 * refers to it. Its array holds its packet and nothing else.
 */
public final class Message extends PassingMessage {
  /**
   * Beyond this many bytes no second encoded form is kept: better to put a packet together again
   * from its head and the one payload than to hold a large payload twice.
   */
  static final int SECOND_FORM_MAX = 64 * 1024;

  private static final byte STORED_FORMAT = 1;
  private static final int STORED_HEAD = 1 + 1 + Long.BYTES;

  /**
   * The other encoded forms, by {@link #formIndex}; null until one is asked for. The array is
   * replaced and never changed; of two threads that make a form at once one does it in vain.
   */
  private volatile byte[][] otherForms;

  /** Takes over the packet, which was checked. */
  private Message(
      String topicName,
      byte[] packet,
      boolean mqtt5,
      int propertiesLength,
      int payloadLength,
      int qos,
      boolean retain,
      long expiresAt) {
    set(
        topicName,
        packet,
        packet.length,
        mqtt5,
        propertiesLength,
        payloadLength,
        qos,
        retain,
        expiresAt);
    VarHandle.releaseFence(); // Whoever sees the object sees this, as with final fields.
  }

  private Message(Message same, int qos, boolean retain, long expiresAt) {
    this(
        same.topicName,
        same.packet,
        same.mqtt5,
        same.propertiesLength(),
        same.payloadLength(),
        qos,
        retain,
        expiresAt);
    this.otherForms = same.otherForms;
  }

  /** Around an encoded packet as {@link #packet} describes it, already checked. */
  static Message ofPacket(
      String topicName,
      byte[] packet,
      boolean mqtt5,
      int propertiesLength,
      int payloadLength,
      int qos,
      boolean retain,
      long expiresAt) {
    return new Message(
        topicName, packet, mqtt5, propertiesLength, payloadLength, qos, retain, expiresAt);
  }

  /** An array for a packet with such parts, as {@link #writeLengths} leaves it. */
  private static byte[] newPacket(
      boolean mqtt5, int topicNameLength, int propertiesLength, int payloadLength) {
    byte[] packet = new byte[packetLength(mqtt5, topicNameLength, propertiesLength, payloadLength)];
    writeLengths(packet, mqtt5, topicNameLength, propertiesLength, payloadLength);
    return packet;
  }

  /** A message without properties; the payload is copied. */
  public static Message of(String topicName, byte[] payload, int qos, boolean retain) {
    return builder(topicName).payload(payload).qos(qos).retain(retain).build();
  }

  public static Builder builder(String topicName) {
    return new Builder(topicName);
  }

  @Override
  public Message kept() {
    return this;
  }

  @Override
  public long number() {
    return 0;
  }

  @Override
  void end() {} // It goes on, for whoever has it.

  /** A read-only view, with a position of its own. */
  public ByteBuffer payload() {
    return ByteBuffer.wrap(packet, payloadOffset, payloadLength()).slice().asReadOnlyBuffer();
  }

  /** The payload without a copy, for a write behind {@link #encodeHead}; read-only, unpooled. */
  public ByteBuf payloadBuf() {
    return Unpooled.wrappedBuffer(packet, payloadOffset, payloadLength()).asReadOnly();
  }

  /**
   * The encoded properties that are forwarded as they came: payload format, content type, response
   * topic, correlation data, user properties, in the publisher's order; without the length before
   * them. A read-only view.
   */
  public ByteBuffer properties() {
    return ByteBuffer.wrap(packet, propertiesOffset, propertiesLength()).slice().asReadOnlyBuffer();
  }

  /** This message, or one that shares its bytes. */
  public Message withRetain(boolean retain) {
    return retain == this.retain ? this : new Message(this, qos, retain, expiresAt);
  }

  /** This message, or one that shares its bytes. */
  public Message withQos(int qos) {
    return qos == this.qos ? this : new Message(this, checkedQos(qos), retain, expiresAt);
  }

  /** This message, or one that shares its bytes. */
  public Message withExpiresAt(long expiresAt) {
    return expiresAt == this.expiresAt ? this : new Message(this, qos, retain, expiresAt);
  }

  /** A copy with another topic name. */
  public Message withTopicName(String topicName) {
    byte[] name = TopicName.check(topicName).getBytes(StandardCharsets.UTF_8);
    byte[] copy = newPacket(mqtt5, name.length, propertiesLength(), payloadLength());
    System.arraycopy(name, 0, copy, headLength(copy.length) + 2, name.length);
    int tail = packet.length - propertiesOffset;
    System.arraycopy(packet, propertiesOffset, copy, copy.length - tail, tail);
    return ofPacket(
        topicName, copy, mqtt5, propertiesLength(), payloadLength(), qos, retain, expiresAt);
  }

  /** The form for the store, see {@link #fromBytes}. */
  public byte[] toBytes() {
    byte[] bytes = new byte[STORED_HEAD + packet.length];
    ByteBuffer.wrap(bytes)
        .put(STORED_FORMAT)
        .put((byte) (qos | (retain ? 4 : 0) | (mqtt5 ? 8 : 0)))
        .putLong(expiresAt)
        .put(packet);
    return bytes;
  }

  /**
   * Reads what {@link #toBytes} wrote, of this or an earlier version.
   *
   * @throws IllegalArgumentException when the bytes are not that
   */
  public static Message fromBytes(byte[] bytes) {
    if (bytes.length <= STORED_HEAD || bytes[0] != STORED_FORMAT) {
      throw notStored("format " + (bytes.length == 0 ? "none" : bytes[0]));
    }
    int flags = bytes[1];
    int qos = flags & 3;
    if (flags >>> 4 != 0 || qos == 3) {
      throw notStored("flags " + flags);
    }
    long expiresAt = ByteBuffer.wrap(bytes).getLong(2);
    ByteBuf packet = Unpooled.wrappedBuffer(bytes, STORED_HEAD, bytes.length - STORED_HEAD);
    try {
      ProtocolVersion version =
          (flags & 8) != 0 ? ProtocolVersion.MQTT_5 : ProtocolVersion.MQTT_3_1_1;
      if (packet.getByte(0) != PUBLISH) {
        throw notStored("packet type " + packet.getByte(0));
      }
      PublishPacket publish = PublishPacket.decode(packet, version);
      return new Message(publish.message().kept(), qos, (flags & 4) != 0, expiresAt);
    } catch (ProtocolException e) {
      throw new IllegalArgumentException("stored message: " + e.getMessage(), e);
    }
  }

  /** The {@link #size} of a message from the buffer's position to its end, as it was stored. */
  public static int storedSize(ByteBuffer stored) {
    return stored.remaining() - STORED_HEAD + OBJECT_BYTES;
  }

  /** The {@link #expiresAt} of a message from the buffer's position on, as it was stored. */
  public static long storedExpiresAt(ByteBuffer stored) {
    return stored.getLong(stored.position() + 2);
  }

  private static IllegalArgumentException notStored(String found) {
    return new IllegalArgumentException(
        "stored message: " + found + " (expected: format " + STORED_FORMAT + ")");
  }

  @Override
  public byte[] encodedQos0(ProtocolVersion version, boolean retain) {
    if (version.isMqtt5() && expiresAt != NEVER) {
      return null;
    }
    if (version.isMqtt5() == mqtt5 && !retain) {
      return packet;
    }
    if (packet.length > SECOND_FORM_MAX) {
      return null;
    }
    int index = formIndex(version, retain);
    byte[][] forms = otherForms;
    if (forms != null && forms[index] != null) {
      return forms[index];
    }
    byte[] form = new byte[encodedLength(version, 0, null, 0)];
    encode(Unpooled.wrappedBuffer(form).clear(), version, 0, false, retain, 0, null, 0);
    byte[][] more = forms == null ? new byte[4][] : forms.clone();
    more[index] = form;
    otherForms = more;
    return form;
  }

  private static int formIndex(ProtocolVersion version, boolean retain) {
    return (version.isMqtt5() ? 2 : 0) + (retain ? 1 : 0);
  }

  private static int checkedQos(int qos) {
    if (qos < 0 || qos > 2) {
      throw new IllegalArgumentException("QoS: " + qos + " (expected: 0, 1 or 2)");
    }
    return qos;
  }

  /** Equal in everything that a subscriber could see. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Message other
        && qos == other.qos
        && retain == other.retain
        && expiresAt == other.expiresAt
        && topicName.equals(other.topicName)
        && properties().equals(other.properties())
        && payload().equals(other.payload());
  }

  @Override
  public int hashCode() {
    return 31 * topicName.hashCode()
        + Arrays.hashCode(new int[] {payloadLength(), propertiesLength(), qos});
  }

  /** Puts a message together. Used by one thread, once. */
  public static final class Builder {
    private final String topicName;
    private final ByteArrayOutputStream properties = new ByteArrayOutputStream(0);
    private byte[] payload = {};
    private int qos;
    private boolean retain;
    private long expiresAt = NEVER;

    private Builder(String topicName) {
      this.topicName = TopicName.check(topicName);
    }

    /** Copied when the message is built. */
    public Builder payload(byte[] payload) {
      this.payload = payload;
      return this;
    }

    public Builder qos(int qos) {
      this.qos = checkedQos(qos);
      return this;
    }

    public Builder retain(boolean retain) {
      this.retain = retain;
      return this;
    }

    /** Epoch milliseconds, or {@link #NEVER}. */
    public Builder expiresAt(long expiresAt) {
      this.expiresAt = expiresAt;
      return this;
    }

    /** 0: bytes, 1: UTF-8 character data. */
    public Builder payloadFormat(int payloadFormat) {
      properties.write(Property.PAYLOAD_FORMAT_INDICATOR.id());
      properties.write(payloadFormat);
      return this;
    }

    public Builder contentType(String contentType) {
      properties.write(Property.CONTENT_TYPE.id());
      return string(contentType);
    }

    public Builder responseTopic(String responseTopic) {
      properties.write(Property.RESPONSE_TOPIC.id());
      return string(TopicName.check(responseTopic));
    }

    public Builder correlationData(byte[] correlationData) {
      properties.write(Property.CORRELATION_DATA.id());
      return binary(correlationData);
    }

    /** May be called again, also with the same name; the order is kept. */
    public Builder userProperty(String name, String value) {
      properties.write(Property.USER_PROPERTY.id());
      return string(name).string(value);
    }

    private Builder string(String value) {
      return binary(value.getBytes(StandardCharsets.UTF_8));
    }

    private Builder binary(byte[] value) {
      if (value.length > 65_535) {
        throw new IllegalArgumentException(
            "property: " + value.length + " bytes (expected: <= 65535)");
      }
      properties.write(value.length >>> 8);
      properties.write(value.length);
      properties.writeBytes(value);
      return this;
    }

    /**
     * @throws ProtocolException where a client's PUBLISH would be refused: a property twice or out
     *     of its range, a payload that isn't the UTF-8 it says
     */
    public Message build() {
      byte[] name = topicName.getBytes(StandardCharsets.UTF_8);
      byte[] kept = properties.toByteArray();
      check(kept);
      // Without properties the form of 3.x: most receivers of our own messages read that.
      boolean mqtt5 = kept.length > 0;
      byte[] packet = newPacket(mqtt5, name.length, kept.length, payload.length);
      System.arraycopy(name, 0, packet, headLength(packet.length) + 2, name.length);
      int payloadOffset = packet.length - payload.length;
      System.arraycopy(kept, 0, packet, payloadOffset - kept.length, kept.length);
      System.arraycopy(payload, 0, packet, payloadOffset, payload.length);
      return ofPacket(
          topicName, packet, mqtt5, kept.length, payload.length, qos, retain, expiresAt);
    }

    private void check(byte[] kept) {
      PropertyReader reader =
          PropertyReader.over(Unpooled.wrappedBuffer(kept), 0, kept.length, Property.Place.PUBLISH);
      while (reader.next()) {
        if (reader.property() == Property.PAYLOAD_FORMAT_INDICATOR && reader.value() == 1) {
          Utf8.checkText(Unpooled.wrappedBuffer(payload), 0, payload.length);
        }
      }
    }
  }
}
