package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;

/**
 * An Application Message on its way through the broker, for the length of the call that it is given
 * to and no longer: its bytes may be those of a buffer that the next message is read into. Whoever
 * wants to have it later, or give it to another thread, asks for {@link #kept}; that a {@link
 * Message} is one for good, and this isn't, is what keeps the two apart.
 *
 * <p>Topic name, properties and payload lie in one heap array, which begins with the encoded QoS 0
 * packet for clients of the publisher's version.
 */
public abstract sealed class PassingMessage permits Message, BorrowedMessage {
  /** {@link #expiresAt()} of a message that never expires. */
  public static final long NEVER = Long.MAX_VALUE;

  static final int PUBLISH = 0x30;
  private static final int DUP = 0x08;
  private static final int RETAIN = 0x01;

  private static final int EXPIRY_LENGTH = 5;
  private static final int ALIAS_LENGTH = 3;
  private static final long EXPIRY_MAX = 0xFFFF_FFFFL;

  /** What an object of this class and its array's header take, about. */
  static final int OBJECT_BYTES = 64;

  String topicName;

  /** From its beginning a PUBLISH packet at QoS 0, not retained, of the version {@link #mqtt5}. */
  byte[] packet;

  /** The packet's length; what lies behind it in the array means nothing. */
  int length;

  boolean mqtt5;
  byte qos;
  boolean retain;

  /** Where in {@link #packet} the two bytes before the topic name are. */
  byte topicOffset;

  /** Behind the property length in version 5; the same as the payload's in 3.x. */
  int propertiesOffset;

  int payloadOffset;
  long expiresAt;

  PassingMessage() {}

  /** Around an encoded packet as {@link #packet} describes it, already checked. */
  final void set(
      String topicName,
      byte[] packet,
      int length,
      boolean mqtt5,
      int propertiesLength,
      int payloadLength,
      int qos,
      boolean retain,
      long expiresAt) {
    this.topicName = topicName;
    this.packet = packet;
    this.length = length;
    this.mqtt5 = mqtt5;
    this.qos = (byte) qos;
    this.retain = retain;
    this.topicOffset = (byte) headLength(length);
    this.payloadOffset = length - payloadLength;
    this.propertiesOffset = payloadOffset - propertiesLength;
    this.expiresAt = expiresAt;
  }

  /** The length of a packet with such parts. */
  static int packetLength(
      boolean mqtt5, int topicNameLength, int propertiesLength, int payloadLength) {
    return VariableByteInteger.packetLength(
        remainingLength(mqtt5, topicNameLength, propertiesLength, payloadLength));
  }

  private static int remainingLength(
      boolean mqtt5, int topicNameLength, int propertiesLength, int payloadLength) {
    int remaining = 2 + topicNameLength + payloadLength;
    return mqtt5
        ? remaining + VariableByteInteger.size(propertiesLength) + propertiesLength
        : remaining;
  }

  /**
   * Writes the fixed header, the topic name's length and the property length of a packet with such
   * parts; the rest is the caller's to fill in.
   */
  static void writeLengths(
      byte[] packet, boolean mqtt5, int topicNameLength, int propertiesLength, int payloadLength) {
    packet[0] = PUBLISH;
    int remaining = remainingLength(mqtt5, topicNameLength, propertiesLength, payloadLength);
    int topic = VariableByteInteger.put(packet, 1, remaining);
    packet[topic] = (byte) (topicNameLength >>> 8);
    packet[topic + 1] = (byte) topicNameLength;
    if (mqtt5) {
      VariableByteInteger.put(packet, topic + 2 + topicNameLength, propertiesLength);
    }
  }

  /** The length of the fixed header of a packet of this length. */
  static int headLength(int packetLength) {
    int lengthBytes = 1;
    while (packetLength > 1 + lengthBytes + (1 << 7 * lengthBytes) - 1) {
      lengthBytes++;
    }
    return 1 + lengthBytes;
  }

  /** This message for good, in memory of its own: the same for everybody who asks. */
  public abstract Message kept();

  /**
   * The whole QoS 0 packet as shared bytes that nobody may change and anybody may keep. Null where
   * {@link #encode} must be used: the packet depends on the time, as the message expires and the
   * client is of MQTT 5; it would be a second copy of a large payload; or nothing of the message
   * may be kept.
   */
  public abstract byte[] encodedQos0(ProtocolVersion version, boolean retain);

  /** Together with the object tells messages apart: one object may be many, one after the other. */
  public abstract long number();

  /** Nobody looks at it any more who hasn't kept it. */
  abstract void end();

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
    return length - payloadOffset;
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
    return length + OBJECT_BYTES;
  }

  /** The length of the packet that {@link #encode} appends for the same arguments. */
  public int encodedLength(
      ProtocolVersion version, int qos, int[] subscriptionIdentifiers, long nowMillis) {
    if (qos == 0 && subscriptionIdentifiers == null && isAsPacket(version)) {
      return length;
    }
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
    if (qos == 0 && subscriptionIdentifiers == null && topicAlias == 0 && isAsPacket(version)) {
      int start = out.writerIndex();
      out.writeBytes(packet, 0, length);
      out.setByte(start, PUBLISH | (dup ? DUP : 0) | (retain ? RETAIN : 0));
      return;
    }
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
   * Message#payloadBuf()} and isn't copied.
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

  final int propertiesLength() {
    return payloadOffset - propertiesOffset;
  }

  private int topicNameLength() {
    return (packet[topicOffset] & 0xFF) << 8 | packet[topicOffset + 1] & 0xFF;
  }

  /** Whether {@link #packet} is what a client of this version gets at QoS 0, but for its flags. */
  private boolean isAsPacket(ProtocolVersion version) {
    return version.isMqtt5() == mqtt5 && (!mqtt5 || expiresAt == NEVER);
  }

  /** For logs: never the payload. */
  @Override
  public String toString() {
    return topicName + " (q" + qos + ", r" + (retain ? 1 : 0) + ", " + payloadLength() + " bytes)";
  }
}
