package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageType;
import java.nio.charset.StandardCharsets;

/**
 * A PUBLISH packet from a client, read and checked. Immutable, any thread; but one that {@link
 * #borrow} answers is its thread's, up to {@link #end}.
 */
public final class PublishPacket {
  private static final long SECOND = 1000;

  private final PassingMessage message;

  /** Unsigned, as the alias is; small, as many messages make one of these objects. */
  private final char packetId;

  private final char topicAlias;
  private final boolean dup;

  PublishPacket(PassingMessage message, int packetId, boolean dup, int topicAlias) {
    this.message = message;
    this.packetId = (char) packetId;
    this.dup = dup;
    this.topicAlias = (char) topicAlias;
  }

  /**
   * Reads the packet that fills {@code exactSlice}, whose indices stay as they are. With an alias
   * and no topic name the message's topic name is empty.
   *
   * @throws ProtocolException for whatever breaks the standard
   */
  public static PublishPacket decode(ByteBuf exactSlice, ProtocolVersion version) {
    return decode(exactSlice, version, null);
  }

  /**
   * The same, with the connection's aliases set and resolved: the message always has its topic
   * name.
   */
  public static PublishPacket decode(ByteBuf in, ProtocolVersion version, TopicAliases aliases) {
    return read(in, version, aliases, false);
  }

  /**
   * The same for a packet that is handled within one call, after which {@link #end} must follow: a
   * message that may be lost and isn't retained takes no memory of its own, unless somebody
   * {@linkplain PassingMessage#kept keeps} it.
   */
  public static PublishPacket borrow(ByteBuf in, ProtocolVersion version, TopicAliases aliases) {
    return read(in, version, aliases, true);
  }

  private static PublishPacket read(
      ByteBuf in, ProtocolVersion version, TopicAliases aliases, boolean mayBorrow) {
    int index = PacketReader.bodyIndex(in);
    int end = in.writerIndex();
    int first = in.getByte(in.readerIndex());
    int qos = qos(first);
    boolean dup = (first & 0x08) != 0;
    if (dup && qos == 0) { // [MQTT-3.3.1-2]
      throw ProtocolException.malformed("DUP: 1 at QoS 0 (expected: 0)");
    }

    int topicIndex = index + 2;
    require(in, topicIndex, end, "topic name");
    int topicLength = in.getUnsignedShort(index);
    index = topicIndex + topicLength;
    require(in, index, end, "topic name");
    int packetId = 0;
    if (qos > 0) {
      require(in, index + 2, end, "packet identifier");
      packetId = in.getUnsignedShort(index);
      index += 2;
      if (packetId == 0) { // [MQTT-2.2.1-3]
        throw ProtocolException.protocolError("packet identifier: 0 (expected: 1 to 65535)");
      }
    }

    Properties properties = Properties.NONE;
    if (version.isMqtt5()) {
      require(in, index + 1, end, "property length");
      if (in.getByte(index) == 0) {
        index++;
      } else {
        properties = new Properties(PacketReader.of(in, index, end));
        index = properties.to;
      }
    }
    int payloadLength = end - index;
    if (properties.text) {
      Utf8.checkText(in, index, payloadLength);
    }

    int alias = properties.alias;
    String known = null;
    if (alias != 0 && aliases != null) {
      aliases.check(alias);
      known = topicLength == 0 ? aliases.topicName(alias) : null;
    }
    byte[] knownBytes = known == null ? null : known.getBytes(StandardCharsets.UTF_8);
    int nameLength = known == null ? topicLength : knownBytes.length;
    int length =
        PassingMessage.packetLength(
            version.isMqtt5(), nameLength, properties.keptLength, payloadLength);
    boolean retain = (first & 0x01) != 0;
    BorrowedMessage borrowed =
        mayBorrow && qos == 0 && !retain ? BorrowedMessage.ofThread(length) : null;
    byte[] packet = borrowed == null ? new byte[length] : borrowed.room();
    PassingMessage.writeLengths(
        packet, version.isMqtt5(), nameLength, properties.keptLength, payloadLength);
    in.getBytes(index, packet, length - payloadLength, payloadLength);
    properties.copyKept(in, packet, length - payloadLength - properties.keptLength);
    int nameOffset = PassingMessage.headLength(length) + 2;
    String topicName;
    if (known != null) {
      System.arraycopy(knownBytes, 0, packet, nameOffset, knownBytes.length);
      topicName = known;
    } else {
      in.getBytes(topicIndex, packet, nameOffset, topicLength);
      topicName = topicName(in, topicIndex, topicLength, packet, nameOffset, alias, version);
      if (alias != 0 && aliases != null) {
        aliases.set(alias, topicName);
      }
    }
    if (borrowed != null) {
      borrowed.begin(
          topicName,
          length,
          version.isMqtt5(),
          properties.keptLength,
          payloadLength,
          properties.expiresAt);
      return alias == 0 ? borrowed.asPacket : new PublishPacket(borrowed, 0, false, alias);
    }
    Message message =
        Message.ofPacket(
            topicName,
            packet,
            version.isMqtt5(),
            properties.keptLength,
            payloadLength,
            qos,
            retain,
            properties.expiresAt);
    return new PublishPacket(message, packetId, dup, alias);
  }

  private static int qos(int first) {
    if ((first & 0xF0) >> 4 != MqttMessageType.PUBLISH.value()) {
      throw new IllegalArgumentException("packet type: " + (first & 0xFF) + " (expected: PUBLISH)");
    }
    int qos = first >> 1 & 3;
    if (qos == 3) { // [MQTT-3.3.1-4]
      throw ProtocolException.malformed("QoS: 3 (expected: 0, 1 or 2)");
    }
    return qos;
  }

  private static void require(ByteBuf in, int index, int end, String what) {
    if (index > end) {
      throw ProtocolException.malformed(
          what
              + ": beyond the packet's end at "
              + (end - in.readerIndex())
              + " (expected: up to "
              + (index - in.readerIndex())
              + " bytes)");
    }
  }

  /** Checks the topic name in {@code in}, of which {@code packet} has a copy. */
  private static String topicName(
      ByteBuf in,
      int topicIndex,
      int topicLength,
      byte[] packet,
      int nameOffset,
      int alias,
      ProtocolVersion version) {
    if (topicLength == 0) {
      if (alias != 0) {
        return "";
      }
      throw new ProtocolException( // [MQTT-4.7.3-1]
          version.isMqtt5() ? ReasonCode.PROTOCOL_ERROR : ReasonCode.MALFORMED_PACKET,
          "topic name: empty (expected: at least one character, or a topic alias)");
    }
    TopicNames names = TopicNames.ofThread();
    String topicName = names.find(packet, nameOffset, topicLength);
    if (topicName != null) {
      return topicName;
    }
    Utf8.check(in, topicIndex, topicLength, "topic name"); // [MQTT-3.3.2-1]
    for (int i = nameOffset; i < nameOffset + topicLength; i++) {
      if (packet[i] == '+' || packet[i] == '#') { // [MQTT-3.3.2-2]
        throw TopicName.wildcard(Utf8.decode(in, topicIndex, topicLength));
      }
    }
    return names.add(packet, nameOffset, topicLength);
  }

  /** Its retain flag and QoS are the packet's. */
  public PassingMessage message() {
    return message;
  }

  /** The packet has been handled: nobody may look at its message any more who hasn't kept it. */
  public void end() {
    message.end();
  }

  /** 0 at QoS 0. */
  public int packetId() {
    return packetId;
  }

  public boolean dup() {
    return dup;
  }

  /** The alias as the packet has it, 0 when there is none. */
  public int topicAlias() {
    return topicAlias;
  }

  /**
   * What the properties of one packet say, and where the ones are that are forwarded: all but the
   * topic alias, which is the connection's, and the expiry, which counts down.
   */
  private static final class Properties {
    static final Properties NONE = new Properties();

    final int from;
    final int to;
    final int keptLength;
    final int alias;
    final long expiresAt;
    final boolean text;

    /** The spans that aren't kept, in the order of the packet; empty at {@link #to} when unused. */
    private final int firstCut;

    private final int firstCutEnd;
    private final int secondCut;
    private final int secondCutEnd;

    private Properties() {
      from = to = keptLength = alias = firstCut = firstCutEnd = secondCut = secondCutEnd = 0;
      expiresAt = Message.NEVER;
      text = false;
    }

    Properties(PacketReader packet) {
      PropertyReader reader = PropertyReader.take(packet, Property.Place.PUBLISH);
      int alias = 0;
      long expiresAt = Message.NEVER;
      boolean text = false;
      int firstCut = -1;
      int firstCutEnd = -1;
      int secondCut = -1;
      int secondCutEnd = -1;
      this.from = reader.end();
      this.to = packet.index();
      while (reader.next()) {
        switch (reader.property()) {
          case TOPIC_ALIAS -> alias = reader.value();
          case MESSAGE_EXPIRY_INTERVAL ->
              expiresAt =
                  System.currentTimeMillis() + Integer.toUnsignedLong(reader.value()) * SECOND;
          case PAYLOAD_FORMAT_INDICATOR -> {
            text = reader.value() == 1;
            continue;
          }
          default -> {
            continue;
          }
        }
        if (firstCut < 0) {
          firstCut = reader.start();
          firstCutEnd = reader.end();
        } else {
          secondCut = reader.start();
          secondCutEnd = reader.end();
        }
      }
      this.alias = alias;
      this.expiresAt = expiresAt;
      this.text = text;
      this.firstCut = firstCut < 0 ? to : firstCut;
      this.firstCutEnd = firstCut < 0 ? to : firstCutEnd;
      this.secondCut = secondCut < 0 ? to : secondCut;
      this.secondCutEnd = secondCut < 0 ? to : secondCutEnd;
      this.keptLength =
          to - from - (this.firstCutEnd - this.firstCut) - (this.secondCutEnd - this.secondCut);
    }

    void copyKept(ByteBuf in, byte[] packet, int offset) {
      int length = firstCut - from;
      in.getBytes(from, packet, offset, length);
      int next = offset + length;
      length = secondCut - firstCutEnd;
      in.getBytes(firstCutEnd, packet, next, length);
      next += length;
      in.getBytes(secondCutEnd, packet, next, to - secondCutEnd);
    }
  }
}
