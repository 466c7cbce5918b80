package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An Application Message. Immutable, any thread, no reference count; lives as long as anything
 * refers to it. Topic name, properties and payload lie in one heap array, which is at the same time
 * the encoded QoS 0 packet for clients of the publisher's version.
 */
public final class Message {
  /** {@link #expiresAt()} of a message that never expires. */
  public static final long NEVER = Long.MAX_VALUE;

  /**
   * Beyond this many bytes no second encoded form is kept: better to put a packet together again
   * from its head and the one payload than to hold a large payload twice.
   */
  static final int SECOND_FORM_MAX = 64 * 1024;

  private static final int PUBLISH = 0x30;
  private static final int DUP = 0x08;
  private static final int RETAIN = 0x01;

  private static final int EXPIRY_LENGTH = 5;
  private static final int ALIAS_LENGTH = 3;
  private static final long EXPIRY_MAX = 0xFFFF_FFFFL;

  private static final byte STORED_FORMAT = 1;
  private static final int STORED_HEAD = 1 + 1 + Long.BYTES;

  /** What an object of this class and its array's header take, about. */
  private static final int OBJECT_BYTES = 64;

  private final String topicName;

  /** A whole PUBLISH packet at QoS 0, not retained, of version 5 or 3.x as {@link #mqtt5} says. */
  private final byte[] packet;

  private final boolean mqtt5;
  private final byte qos;
  private final boolean retain;

  /** Where in {@link #packet} the two bytes before the topic name are. */
  private final byte topicOffset;

  /** Behind the property length in version 5; the same as the payload's in 3.x. */
  private final int propertiesOffset;

  private final int payloadOffset;
  private final long expiresAt;

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
      int propertiesOffset,
      int payloadOffset,
      int qos,
      boolean retain,
      long expiresAt) {
    this.topicName = topicName;
    this.packet = packet;
    this.mqtt5 = mqtt5;
    this.qos = (byte) qos;
    this.retain = retain;
    this.topicOffset = (byte) headLength(packet.length);
    this.propertiesOffset = propertiesOffset;
    this.payloadOffset = payloadOffset;
    this.expiresAt = expiresAt;
  }

  private Message(Message same, int qos, boolean retain, long expiresAt) {
    this.topicName = same.topicName;
    this.packet = same.packet;
    this.mqtt5 = same.mqtt5;
    this.qos = (byte) qos;
    this.retain = retain;
    this.topicOffset = same.topicOffset;
    this.propertiesOffset = same.propertiesOffset;
    this.payloadOffset = same.payloadOffset;
    this.expiresAt = expiresAt;
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
    int payloadOffset = packet.length - payloadLength;
    return new Message(
        topicName,
        packet,
        mqtt5,
        payloadOffset - propertiesLength,
        payloadOffset,
        qos,
        retain,
        expiresAt);
  }

  /**
   * An array for a packet with such parts, its fixed header and property length written; the rest
   * is the caller's to fill in.
   */
  static byte[] newPacket(
      boolean mqtt5, int topicNameLength, int propertiesLength, int payloadLength) {
    int remaining = 2 + topicNameLength + payloadLength;
    if (mqtt5) {
      remaining += VariableByteInteger.size(propertiesLength) + propertiesLength;
    }
    byte[] packet = new byte[VariableByteInteger.packetLength(remaining)];
    packet[0] = PUBLISH;
    int topic = VariableByteInteger.put(packet, 1, remaining);
    packet[topic] = (byte) (topicNameLength >>> 8);
    packet[topic + 1] = (byte) topicNameLength;
    if (mqtt5) {
      VariableByteInteger.put(packet, topic + 2 + topicNameLength, propertiesLength);
    }
    return packet;
  }

  /** The length of the fixed header of a packet of this length. */
  static int headLength(int packetLength) {
    int lengthBytes = 1;
    while (packetLength > 1 + lengthBytes + (1 << 7 * lengthBytes) - 1) {
      lengthBytes++;
    }
    return 1 + lengthBytes;
  }

  /** A message without properties; the payload is copied. */
  public static Message of(String topicName, byte[] payload, int qos, boolean retain) {
    return builder(topicName).payload(payload).qos(qos).retain(retain).build();
  }

  public static Builder builder(String topicName) {
    return new Builder(topicName);
  }

  public String topicName() {
    return topicName;
  }

  public int qos() {
    return qos;
  }

  public boolean retain() {
    return retain;
  }

  public int payloadLength() {
    return packet.length - payloadOffset;
  }

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

  /** Epoch milliseconds, or {@link #NEVER}. */
  public long expiresAt() {
    return expiresAt;
  }

  public boolean expired(long nowMillis) {
    return nowMillis >= expiresAt;
  }

  /** The bytes that this message holds in memory, for bounds on queues. */
  public int size() {
    return packet.length + OBJECT_BYTES;
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
      return new Message(publish.message(), qos, (flags & 4) != 0, expiresAt);
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

  /** The length of the packet that {@link #encode} appends for the same arguments. */
  public int encodedLength(
      ProtocolVersion version, int qos, int[] subscriptionIdentifiers, long nowMillis) {
    int properties = version.isMqtt5() ? propertiesLength(subscriptionIdentifiers, 0) : 0;
    return VariableByteInteger.packetLength(
        remainingLength(version, qos, topicNameLength(), properties));
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
    encode(out, version, qos, dup, retain, packetId, subscriptionIdentifiers, nowMillis, 0, false);
  }

  /**
   * The same with a topic alias, MQTT 5 only; 0 is none. {@code topicKnown}: the client has the
   * alias already, so the topic name is left out.
   */
  public void encode(
      ByteBuf out,
      ProtocolVersion version,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers,
      long nowMillis,
      int topicAlias,
      boolean topicKnown) {
    writeHead(
        out,
        version,
        qos,
        dup,
        retain,
        packetId,
        subscriptionIdentifiers,
        nowMillis,
        topicAlias,
        topicKnown,
        payloadLength());
    out.writeBytes(packet, payloadOffset, payloadLength());
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
    writeHead(
        out, version, qos, dup, retain, packetId, subscriptionIdentifiers, nowMillis, 0, false, 0);
  }

  private void writeHead(
      ByteBuf out,
      ProtocolVersion version,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers,
      long nowMillis,
      int topicAlias,
      boolean topicKnown,
      int room) {
    int topicNameLength = topicKnown ? 0 : topicNameLength();
    int properties = version.isMqtt5() ? propertiesLength(subscriptionIdentifiers, topicAlias) : 0;
    int remaining = remainingLength(version, qos, topicNameLength, properties);
    out.ensureWritable(VariableByteInteger.packetLength(remaining) - payloadLength() + room);
    out.writeByte(PUBLISH | (dup ? DUP : 0) | qos << 1 | (retain ? RETAIN : 0));
    VariableByteInteger.write(out, remaining);
    if (topicKnown) {
      out.writeShort(0);
    } else {
      out.writeBytes(packet, topicOffset, 2 + topicNameLength);
    }
    if (qos > 0) {
      out.writeShort(packetId);
    }
    if (version.isMqtt5()) {
      VariableByteInteger.write(out, properties);
      writeProperties(out, subscriptionIdentifiers, nowMillis, topicAlias);
    }
  }

  private void writeProperties(
      ByteBuf out, int[] subscriptionIdentifiers, long nowMillis, int topicAlias) {
    if (expiresAt != NEVER) { // [MQTT-3.3.2-6]
      out.writeByte(Property.MESSAGE_EXPIRY_INTERVAL.id());
      out.writeInt((int) secondsLeft(nowMillis));
    }
    if (topicAlias != 0) {
      out.writeByte(Property.TOPIC_ALIAS.id());
      out.writeShort(topicAlias);
    }
    // [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18]
    // [MQTT-3.3.2-20]: unaltered, and in the publisher's order.
    out.writeBytes(packet, propertiesOffset, propertiesLength());
    if (subscriptionIdentifiers != null) {
      for (int subscriptionIdentifier : subscriptionIdentifiers) { // [MQTT-3.3.4-3] [MQTT-3.3.4-4]
        out.writeByte(Property.SUBSCRIPTION_IDENTIFIER.id());
        VariableByteInteger.write(out, subscriptionIdentifier);
      }
    }
  }

  /** Rounded up, so that a message which is sent at once keeps its interval. */
  private long secondsLeft(long nowMillis) {
    long left = Math.max(0, expiresAt - nowMillis);
    return Math.min(EXPIRY_MAX, (left + 999) / 1000);
  }

  private int remainingLength(
      ProtocolVersion version, int qos, int topicNameLength, int propertiesLength) {
    int remaining = 2 + topicNameLength + (qos > 0 ? 2 : 0) + payloadLength();
    return version.isMqtt5()
        ? remaining + VariableByteInteger.size(propertiesLength) + propertiesLength
        : remaining;
  }

  private int propertiesLength(int[] subscriptionIdentifiers, int topicAlias) {
    int length = propertiesLength();
    if (expiresAt != NEVER) {
      length += EXPIRY_LENGTH;
    }
    if (topicAlias != 0) {
      length += ALIAS_LENGTH;
    }
    if (subscriptionIdentifiers != null) {
      for (int subscriptionIdentifier : subscriptionIdentifiers) {
        length += 1 + VariableByteInteger.size(subscriptionIdentifier);
      }
    }
    return length;
  }

  private int propertiesLength() {
    return payloadOffset - propertiesOffset;
  }

  private int topicNameLength() {
    return (packet[topicOffset] & 0xFF) << 8 | packet[topicOffset + 1] & 0xFF;
  }

  /**
   * The whole QoS 0 packet as shared bytes that nobody may change. Null where {@link #encode} must
   * be used: the message expires and the client is of MQTT 5, so the packet depends on the time; or
   * it would be a second copy of a large payload.
   */
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

  /** For logs: never the payload. */
  @Override
  public String toString() {
    return topicName + " (q" + qos + ", r" + (retain ? 1 : 0) + ", " + payloadLength() + " bytes)";
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
