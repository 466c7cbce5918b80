package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the cold packets of clients into the library's message classes. Pure functions.
 *
 * <p>The library's own decoder isn't used: every byte has to be looked at to refuse what it lets
 * through, and who has looked at every byte has read the packet. So there is one reading of the
 * bytes and not two that could differ, and no channel for a decoder to live in. The tests hold this
 * reader against the library's.
 */
public final class PacketDecoder {
  private PacketDecoder() {}

  /**
   * What kind of packet starts at the reader index. The one dispatch: PUBLISH goes to {@link
   * PublishPacket}, acknowledgements to {@link AckPacket}, the rest to {@link #decode}.
   *
   * @throws ProtocolException MALFORMED_PACKET for type 0, PROTOCOL_ERROR for those that only a
   *     server sends
   */
  public static MqttMessageType type(ByteBuf in) {
    int value = in.getUnsignedByte(in.readerIndex()) >> 4;
    if (value == 0) {
      throw ProtocolException.malformed("packet type: 0 (expected: 1 to 15)");
    }
    MqttMessageType type = MqttMessageType.valueOf(value);
    return switch (type) {
      case CONNACK, SUBACK, UNSUBACK, PINGRESP ->
          throw ProtocolException.protocolError(
              "packet type: " + type + " (expected: one that a client sends)");
      default -> type;
    };
  }

  /**
   * Reads the CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT or AUTH packet that fills {@code
   * exactSlice}, whose indices stay as they are. {@code version} is the connection's and isn't
   * looked at for CONNECT (null then). The classes are the library's: {@code MqttConnectMessage},
   * {@code MqttSubscribeMessage}, {@code MqttUnsubscribeMessage}, and {@code MqttMessage} with a
   * {@code MqttReasonCodeAndPropertiesVariableHeader} for DISCONNECT of MQTT 5 and AUTH, without
   * one for PINGREQ and DISCONNECT of 3.x. Nothing in them is reference-counted. Numeric properties
   * are {@code int}, so those of four bytes want {@link Integer#toUnsignedLong}.
   *
   * @throws ProtocolException for whatever breaks the standard
   */
  public static MqttMessage decode(ByteBuf exactSlice, ProtocolVersion version) {
    MqttMessageType type = type(exactSlice);
    int flags = exactSlice.getByte(exactSlice.readerIndex()) & 0x0F;
    PacketReader reader = PacketReader.ofBody(exactSlice);
    MqttMessage message =
        switch (type) {
          case CONNECT -> connect(flags, reader);
          case SUBSCRIBE -> subscribe(flags, reader, version);
          case UNSUBSCRIBE -> unsubscribe(flags, reader, version);
          case PINGREQ -> {
            checkNoFlags(type, flags, version);
            yield MqttMessage.PINGREQ;
          }
          case DISCONNECT -> disconnect(flags, reader, version);
          case AUTH -> auth(flags, reader, version);
          default ->
              throw new IllegalArgumentException(
                  "packet type: " + type + " (expected: not PUBLISH, no acknowledgement)");
        };
    reader.expectEnd(type.name());
    return message;
  }

  /** Whether the low bits of the first byte are as the standard reserves them. */
  static void checkFlags(MqttMessageType type, int flags, int expected) {
    if (flags != expected) { // [MQTT-2.1.3-1] and, per packet, [MQTT-3.1.1-1] and its like
      throw ProtocolException.malformed(
          type + " flags: " + flags + " (expected: " + expected + ")");
    }
  }

  /** The flags of packets that have none. MQTT 3.1 doesn't use these bits, and so neither do we. */
  static void checkNoFlags(MqttMessageType type, int flags, ProtocolVersion version) {
    if (version != ProtocolVersion.MQTT_3_1) {
      checkFlags(type, flags, 0);
    }
  }

  /**
   * The flags of PUBREL, SUBSCRIBE and UNSUBSCRIBE: QoS 1; MQTT 3.1 has DUP for them as well, and
   * doesn't use the retain bit.
   */
  static void checkResendableFlags(MqttMessageType type, int flags, ProtocolVersion version) {
    checkFlags(type, version == ProtocolVersion.MQTT_3_1 ? flags & 0x06 : flags, 0x02);
  }

  static ProtocolException undefinedReasonCode(MqttMessageType type, int code) {
    return ProtocolException.protocolError(
        type
            + " reason code: 0x"
            + Integer.toHexString(code)
            + " (expected: one that a client may send with it)");
  }

  private static MqttConnectMessage connect(int flags, PacketReader reader) {
    String protocolName = reader.string("protocol name");
    ProtocolVersion version = version(protocolName, reader.unsignedByte("protocol level"));
    checkNoFlags(MqttMessageType.CONNECT, flags, version);
    ConnectFlags connectFlags = ConnectFlags.checked(reader.unsignedByte("connect flags"), version);
    int keepAlive = reader.unsignedShort("keep alive");
    MqttProperties properties = properties(reader, version, Property.Place.CONNECT);
    if (properties.getProperty(Property.AUTHENTICATION_DATA.id()) != null
        && properties.getProperty(Property.AUTHENTICATION_METHOD.id()) == null) {
      throw ProtocolException.protocolError(
          "authentication data: without a method (expected: with an authentication method)");
    }

    String clientId = reader.string("client identifier"); // [MQTT-3.1.3-3] [MQTT-3.1.3-4]
    MqttProperties willProperties = MqttProperties.NO_PROPERTIES;
    String willTopic = null;
    byte[] willPayload = null;
    if (connectFlags.will()) {
      willProperties = properties(reader, version, Property.Place.WILL);
      willTopic = TopicName.check(reader.string("will topic")); // [MQTT-3.1.3-11]
      int start = reader.index() + 2;
      willPayload = reader.binary("will payload");
      if (number(willProperties, Property.PAYLOAD_FORMAT_INDICATOR, 0) == 1) {
        Utf8.checkText(reader.in(), start, willPayload.length);
      }
    }
    // MQTT 3.1: the user name and the password may be missing in spite of their flags.
    boolean mayEnd = version == ProtocolVersion.MQTT_3_1;
    boolean userName = connectFlags.userName() && !(mayEnd && reader.remaining() == 0);
    String user = userName ? reader.string("user name") : null; // [MQTT-3.1.3-12]
    boolean password = connectFlags.password() && !(mayEnd && reader.remaining() == 0);
    byte[] secret = password ? reader.binary("password") : null;

    return new MqttConnectMessage(
        fixedHeader(MqttMessageType.CONNECT, MqttQoS.AT_MOST_ONCE),
        new MqttConnectVariableHeader(
            protocolName,
            version.level(),
            userName,
            password,
            connectFlags.willRetain(),
            connectFlags.willQos(),
            connectFlags.will(),
            connectFlags.cleanStart(),
            keepAlive,
            properties),
        new MqttConnectPayload(clientId, willProperties, willTopic, willPayload, user, secret));
  }

  private static ProtocolVersion version(String protocolName, int level) {
    boolean known = false;
    for (ProtocolVersion version : ProtocolVersion.values()) {
      if (version.protocolName().equals(protocolName)) {
        if (version.level() == level) {
          return version;
        }
        known = true;
      }
    }
    if (known) { // [MQTT-3.1.2-2]
      throw new ProtocolException(
          ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
          "protocol level: "
              + level
              + " of "
              + protocolName
              + " (expected: 3 of MQIsdp, 4 or 5 of MQTT)");
    }
    throw ProtocolException.protocolError( // [MQTT-3.1.2-1]
        "protocol name: " + protocolName + " (expected: MQTT or MQIsdp)");
  }

  private static MqttSubscribeMessage subscribe(
      int flags, PacketReader reader, ProtocolVersion version) {
    checkResendableFlags(MqttMessageType.SUBSCRIBE, flags, version); // [MQTT-3.8.1-1]
    int packetId = reader.packetId();
    MqttProperties properties = properties(reader, version, Property.Place.SUBSCRIBE);
    List<MqttTopicSubscription> subscriptions = new ArrayList<>();
    while (reader.remaining() > 0) {
      TopicFilter filter = TopicFilter.parse(reader.string("topic filter")); // [MQTT-3.8.3-1]
      int options = reader.unsignedByte("subscription options");
      subscriptions.add(
          new MqttTopicSubscription(
              filter.text(), version.isMqtt5() ? options(options, filter) : requestedQos(options)));
    }
    expectSome(MqttMessageType.SUBSCRIBE, subscriptions); // [MQTT-3.8.3-2]
    return new MqttSubscribeMessage(
        fixedHeader(MqttMessageType.SUBSCRIBE, MqttQoS.AT_LEAST_ONCE),
        new MqttMessageIdAndPropertiesVariableHeader(packetId, properties),
        new MqttSubscribePayload(subscriptions));
  }

  private static MqttSubscriptionOption requestedQos(int qos) {
    if (qos > 2) { // 3.1.1: [MQTT-3-8.3-4]
      throw ProtocolException.malformed("requested QoS: " + qos + " (expected: 0, 1 or 2)");
    }
    return MqttSubscriptionOption.onlyFromQos(MqttQoS.valueOf(qos));
  }

  private static MqttSubscriptionOption options(int options, TopicFilter filter) {
    int qos = options & 0x03;
    boolean noLocal = (options & 0x04) != 0;
    int retainHandling = options >> 4 & 0x03;
    if ((options & 0xC0) != 0) { // [MQTT-3.8.3-5]
      throw ProtocolException.malformed(
          "subscription options: 0x"
              + Integer.toHexString(options)
              + " (expected: bits 6 and 7 to be 0)");
    }
    if (qos == 3) {
      throw ProtocolException.protocolError("maximum QoS: 3 (expected: 0, 1 or 2)");
    }
    if (retainHandling == 3) {
      throw ProtocolException.protocolError("retain handling: 3 (expected: 0, 1 or 2)");
    }
    if (noLocal && filter.shareName() != null) { // [MQTT-3.8.3-4]
      throw ProtocolException.protocolError(
          "No Local: 1 for " + filter + " (expected: 0 for a shared subscription)");
    }
    return new MqttSubscriptionOption(
        MqttQoS.valueOf(qos),
        noLocal,
        (options & 0x08) != 0,
        RetainedHandlingPolicy.valueOf(retainHandling));
  }

  private static MqttUnsubscribeMessage unsubscribe(
      int flags, PacketReader reader, ProtocolVersion version) {
    checkResendableFlags(MqttMessageType.UNSUBSCRIBE, flags, version); // [MQTT-3.10.1-1]
    int packetId = reader.packetId();
    MqttProperties properties = properties(reader, version, Property.Place.UNSUBSCRIBE);
    List<String> filters = new ArrayList<>();
    while (reader.remaining() > 0) { // [MQTT-3.10.3-1]
      filters.add(TopicFilter.parse(reader.string("topic filter")).text());
    }
    expectSome(MqttMessageType.UNSUBSCRIBE, filters); // [MQTT-3.10.3-2]
    return new MqttUnsubscribeMessage(
        fixedHeader(MqttMessageType.UNSUBSCRIBE, MqttQoS.AT_LEAST_ONCE),
        new MqttMessageIdAndPropertiesVariableHeader(packetId, properties),
        new MqttUnsubscribePayload(filters));
  }

  private static void expectSome(MqttMessageType type, List<?> filters) {
    if (filters.isEmpty()) {
      throw ProtocolException.protocolError(type + " topic filters: none (expected: at least one)");
    }
  }

  private static MqttMessage disconnect(int flags, PacketReader reader, ProtocolVersion version) {
    checkNoFlags(MqttMessageType.DISCONNECT, flags, version); // [MQTT-3.14.1-1]
    if (!version.isMqtt5()) {
      return MqttMessage.DISCONNECT;
    }
    if (reader.remaining() == 0) {
      return reasoned(MqttMessageType.DISCONNECT, 0, MqttProperties.NO_PROPERTIES);
    }
    int code = reader.unsignedByte("reason code");
    if (!isDisconnectReason(ReasonCode.ofOrNull(code))) { // [MQTT-3.14.2-1]
      throw undefinedReasonCode(MqttMessageType.DISCONNECT, code);
    }
    MqttProperties properties =
        reader.remaining() == 0
            ? MqttProperties.NO_PROPERTIES
            : properties(reader, version, Property.Place.DISCONNECT);
    return reasoned(MqttMessageType.DISCONNECT, code, properties);
  }

  private static boolean isDisconnectReason(ReasonCode reasonCode) {
    return reasonCode != null
        && switch (reasonCode) {
          case SUCCESS,
              DISCONNECT_WITH_WILL_MESSAGE,
              UNSPECIFIED_ERROR,
              MALFORMED_PACKET,
              PROTOCOL_ERROR,
              IMPLEMENTATION_SPECIFIC_ERROR,
              TOPIC_NAME_INVALID,
              RECEIVE_MAXIMUM_EXCEEDED,
              TOPIC_ALIAS_INVALID,
              PACKET_TOO_LARGE,
              MESSAGE_RATE_TOO_HIGH,
              QUOTA_EXCEEDED,
              ADMINISTRATIVE_ACTION,
              PAYLOAD_FORMAT_INVALID ->
              true;
          default -> false;
        };
  }

  private static MqttMessage auth(int flags, PacketReader reader, ProtocolVersion version) {
    if (!version.isMqtt5()) {
      throw ProtocolException.malformed("packet type: 15 (expected: 1 to 14 before MQTT 5)");
    }
    checkFlags(MqttMessageType.AUTH, flags, 0); // [MQTT-3.15.1-1]
    int code = reader.remaining() == 0 ? 0 : reader.unsignedByte("reason code");
    ReasonCode reasonCode = ReasonCode.ofOrNull(code);
    if (reasonCode != ReasonCode.CONTINUE_AUTHENTICATION
        && reasonCode != ReasonCode.RE_AUTHENTICATE) { // [MQTT-3.15.2-1]
      throw undefinedReasonCode(MqttMessageType.AUTH, code);
    }
    MqttProperties properties = properties(reader, version, Property.Place.AUTH);
    if (properties.getProperty(Property.AUTHENTICATION_METHOD.id()) == null) {
      throw ProtocolException.protocolError(
          "authentication method: none in AUTH (expected: the one of CONNECT)");
    }
    return reasoned(MqttMessageType.AUTH, code, properties);
  }

  private static MqttMessage reasoned(MqttMessageType type, int code, MqttProperties properties) {
    return new MqttMessage(
        fixedHeader(type, MqttQoS.AT_MOST_ONCE),
        new MqttReasonCodeAndPropertiesVariableHeader((byte) code, properties));
  }

  /** The library puts the remaining length here; nobody of ours reads it, so it is 0. */
  private static MqttFixedHeader fixedHeader(MqttMessageType type, MqttQoS qos) {
    return new MqttFixedHeader(type, false, qos, false, 0);
  }

  private static MqttProperties properties(
      PacketReader reader, ProtocolVersion version, Property.Place place) {
    return version.isMqtt5()
        ? PropertyReader.take(reader, place).toMqttProperties()
        : MqttProperties.NO_PROPERTIES;
  }

  /**
   * The version a CONNECT packet asks for, or null when it isn't one of ours or can't be read: how
   * to answer a CONNECT that {@link #decode} refused. The packet's beginning is enough. Throws
   * nothing.
   */
  public static ProtocolVersion versionOf(ByteBuf connect) {
    int body = connect.readerIndex() + 1;
    while (body < connect.writerIndex() && connect.getByte(body) < 0) {
      body++;
    }
    try {
      PacketReader reader = PacketReader.of(connect, body + 1, connect.writerIndex());
      return version(reader.string("protocol name"), reader.unsignedByte("protocol level"));
    } catch (ProtocolException e) {
      return null;
    }
  }

  /** The version of a CONNECT packet that was decoded. */
  public static ProtocolVersion versionOf(MqttConnectMessage connect) {
    return version(connect.variableHeader().name(), connect.variableHeader().version());
  }

  /**
   * The will of a CONNECT packet as a message, or null when it has none. The message doesn't
   * expire: its interval, {@link #willExpirySeconds}, starts when the will is published.
   */
  public static Message willMessage(MqttConnectMessage connect) {
    MqttConnectVariableHeader header = connect.variableHeader();
    if (!header.isWillFlag()) {
      return null;
    }
    Message.Builder will =
        Message.builder(connect.payload().willTopic())
            .payload(connect.payload().willMessageInBytes())
            .qos(header.willQos())
            .retain(header.isWillRetain());
    for (MqttProperties.MqttProperty<?> property : connect.payload().willProperties().listAll()) {
      addTo(will, property);
    }
    return will.build();
  }

  private static void addTo(Message.Builder will, MqttProperties.MqttProperty<?> property) {
    switch (Property.ofOrNull(property.propertyId())) {
      case PAYLOAD_FORMAT_INDICATOR -> will.payloadFormat((Integer) property.value());
      case CONTENT_TYPE -> will.contentType((String) property.value());
      case RESPONSE_TOPIC -> will.responseTopic((String) property.value());
      case CORRELATION_DATA -> will.correlationData((byte[]) property.value());
      case USER_PROPERTY -> {
        for (MqttProperties.StringPair pair : ((MqttProperties.UserProperties) property).value()) {
          will.userProperty(pair.key, pair.value);
        }
      }
      default -> {} // The delay and the expiry are asked for by themselves.
    }
  }

  /** The will's message expiry interval in seconds, -1 when it has none. */
  public static long willExpirySeconds(MqttConnectMessage connect) {
    return number(connect.payload().willProperties(), Property.MESSAGE_EXPIRY_INTERVAL, -1);
  }

  /** The will's delay in seconds, 0 when it has none. */
  public static long willDelaySeconds(MqttConnectMessage connect) {
    return number(connect.payload().willProperties(), Property.WILL_DELAY_INTERVAL, 0);
  }

  private static long number(MqttProperties properties, Property property, long absent) {
    return properties.getProperty(property.id()) instanceof MqttProperties.IntegerProperty number
        ? Integer.toUnsignedLong(number.value())
        : absent;
  }

  /** The byte of CONNECT that says what follows. */
  private record ConnectFlags(int bits) {
    static ConnectFlags checked(int bits, ProtocolVersion version) {
      ConnectFlags flags = new ConnectFlags(bits);
      // MQTT 3.1 doesn't use the lowest bit, nor the will's bits when there is no will.
      boolean strict = version != ProtocolVersion.MQTT_3_1;
      if (strict && (bits & 0x01) != 0) { // [MQTT-3.1.2-3]
        throw refused(bits, "the reserved bit to be 0");
      }
      if (flags.will() ? flags.willQosBits() == 3 : strict && flags.willQosBits() != 0) {
        // [MQTT-3.1.2-11] [MQTT-3.1.2-12]
        throw refused(bits, flags.will() ? "will QoS 0, 1 or 2" : "will QoS 0 without a will");
      }
      if (strict && !flags.will() && (bits & 0x20) != 0) { // [MQTT-3.1.2-13]
        throw refused(bits, "will retain 0 without a will");
      }
      if (!version.isMqtt5() && flags.password() && !flags.userName()) {
        throw refused(bits, "no password without a user name"); // 3.1.1: [MQTT-3.1.2-22]
      }
      return flags;
    }

    private static ProtocolException refused(int bits, String expectation) {
      return ProtocolException.malformed(
          "connect flags: 0x" + Integer.toHexString(bits) + " (expected: " + expectation + ")");
    }

    boolean cleanStart() {
      return (bits & 0x02) != 0;
    }

    boolean will() {
      return (bits & 0x04) != 0;
    }

    int willQos() {
      return will() ? willQosBits() : 0;
    }

    private int willQosBits() {
      return bits >> 3 & 3;
    }

    boolean willRetain() {
      return will() && (bits & 0x20) != 0;
    }

    boolean password() {
      return (bits & 0x40) != 0;
    }

    boolean userName() {
      return (bits & 0x80) != 0;
    }
  }
}
