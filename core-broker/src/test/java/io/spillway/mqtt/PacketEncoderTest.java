package io.spillway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PacketEncoderTest {
  private static final MqttProperties NONE = MqttProperties.NO_PROPERTIES;
  private static final int UNLIMITED = Integer.MAX_VALUE;

  @Test
  void connackCarriesEveryPropertyOfAServer() {
    MqttProperties properties = new MqttProperties();
    number(properties, Property.SESSION_EXPIRY_INTERVAL, -1);
    number(properties, Property.RECEIVE_MAXIMUM, 100);
    number(properties, Property.MAXIMUM_QOS, 1);
    number(properties, Property.RETAIN_AVAILABLE, 1);
    number(properties, Property.MAXIMUM_PACKET_SIZE, 1 << 24);
    string(properties, Property.ASSIGNED_CLIENT_IDENTIFIER, "auto-é");
    number(properties, Property.TOPIC_ALIAS_MAXIMUM, 10);
    string(properties, Property.REASON_STRING, "because");
    properties.add(new MqttProperties.UserProperty("k", "1"));
    properties.add(new MqttProperties.UserProperty("k", "2"));
    number(properties, Property.WILDCARD_SUBSCRIPTION_AVAILABLE, 1);
    number(properties, Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 1);
    number(properties, Property.SHARED_SUBSCRIPTION_AVAILABLE, 0);
    number(properties, Property.SERVER_KEEP_ALIVE, 60);
    string(properties, Property.RESPONSE_INFORMATION, "reply/1");
    string(properties, Property.SERVER_REFERENCE, "other:1883");
    string(properties, Property.AUTHENTICATION_METHOD, "SCRAM-SHA-256");
    properties.add(
        new MqttProperties.BinaryProperty(Property.AUTHENTICATION_DATA.id(), new byte[] {1, 2, 3}));

    byte[] packet =
        Bytes.written(
            out ->
                PacketEncoder.connack(
                    out, ProtocolVersion.MQTT_5, true, ReasonCode.SUCCESS, properties, UNLIMITED));

    MqttConnAckMessage read = (MqttConnAckMessage) Library.decode(packet, ProtocolVersion.MQTT_5);
    assertEquals(true, read.variableHeader().isSessionPresent());
    assertEquals(0, read.variableHeader().connectReturnCode().byteValue());
    assertEquals(Library.text(properties), Library.text(read.variableHeader().properties()));
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCESS, 0",
    "UNSUPPORTED_PROTOCOL_VERSION, 1",
    "CLIENT_IDENTIFIER_NOT_VALID, 2",
    "SERVER_UNAVAILABLE, 3",
    "QUOTA_EXCEEDED, 3",
    "BAD_USER_NAME_OR_PASSWORD, 4",
    "NOT_AUTHORIZED, 5",
    "BANNED, 5"
  })
  void connackOf311HasAReturnCode(ReasonCode reasonCode, int returnCode) {
    byte[] packet =
        Bytes.written(
            out ->
                PacketEncoder.connack(
                    out, ProtocolVersion.MQTT_3_1_1, false, reasonCode, NONE, UNLIMITED));

    assertEquals("2002000" + returnCode, Bytes.hex(packet));
  }

  @Test
  void sessionIsPresentOnlyWithSuccessAndNeverIn31() {
    assertEquals("20020100", connack(ProtocolVersion.MQTT_3_1_1, ReasonCode.SUCCESS));
    assertEquals("20020000", connack(ProtocolVersion.MQTT_3_1, ReasonCode.SUCCESS));
    assertEquals("2003010000", connack(ProtocolVersion.MQTT_5, ReasonCode.SUCCESS));
    assertEquals("2003008700", connack(ProtocolVersion.MQTT_5, ReasonCode.NOT_AUTHORIZED));
  }

  private static String connack(ProtocolVersion version, ReasonCode reasonCode) {
    return Bytes.hex(
        Bytes.written(
            out -> PacketEncoder.connack(out, version, true, reasonCode, NONE, UNLIMITED)));
  }

  @Test
  void reasonStringThenUserPropertiesGiveWayToTheClientsMaximum() {
    MqttProperties properties = new MqttProperties();
    string(properties, Property.REASON_STRING, "a reason");
    properties.add(new MqttProperties.UserProperty("key", "value"));
    number(properties, Property.SERVER_KEEP_ALIVE, 60);

    int whole = connackLength(properties, UNLIMITED);

    assertEquals(whole, connackLength(properties, whole));
    assertEquals(whole - 11, connackLength(properties, whole - 1));
    assertEquals(whole - 11, connackLength(properties, whole - 11));
    assertEquals(whole - 11 - 13, connackLength(properties, whole - 12));
    assertEquals(whole - 11 - 13, connackLength(properties, 1));
  }

  private static int connackLength(MqttProperties properties, int maximumPacketSize) {
    return Bytes.written(
            out ->
                PacketEncoder.connack(
                    out,
                    ProtocolVersion.MQTT_5,
                    false,
                    ReasonCode.SUCCESS,
                    properties,
                    maximumPacketSize))
        .length;
  }

  @ParameterizedTest
  @EnumSource(
      value = MqttMessageType.class,
      names = {"PUBACK", "PUBREC", "PUBREL", "PUBCOMP"})
  void acknowledgementsTakeTheirShortestForm(MqttMessageType type) {
    String first = Integer.toHexString(type.value() << 4 | (type.value() == 6 ? 2 : 0));

    assertEquals(first + "020102", ack(ProtocolVersion.MQTT_5, type, ReasonCode.SUCCESS));
    assertEquals(first + "020102", ack(ProtocolVersion.MQTT_3_1_1, type, ReasonCode.SUCCESS));
    assertEquals(
        first + "03010292",
        ack(ProtocolVersion.MQTT_5, type, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    assertEquals(
        first + "020102",
        ack(ProtocolVersion.MQTT_3_1, type, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
  }

  private static String ack(ProtocolVersion version, MqttMessageType type, ReasonCode code) {
    return Bytes.hex(Bytes.written(out -> PacketEncoder.ack(out, version, type, 0x0102, code)));
  }

  @Test
  void acknowledgementCarriesItsReasonString() {
    MqttProperties properties = new MqttProperties();
    string(properties, Property.REASON_STRING, "full");

    byte[] packet =
        Bytes.written(
            out ->
                PacketEncoder.ack(
                    out,
                    ProtocolVersion.MQTT_5,
                    MqttMessageType.PUBACK,
                    7,
                    ReasonCode.QUOTA_EXCEEDED,
                    properties,
                    UNLIMITED));
    byte[] without =
        Bytes.written(
            out ->
                PacketEncoder.ack(
                    out,
                    ProtocolVersion.MQTT_5,
                    MqttMessageType.PUBACK,
                    7,
                    ReasonCode.QUOTA_EXCEEDED,
                    properties,
                    packet.length - 1));

    MqttMessage read = Library.decode(packet, ProtocolVersion.MQTT_5);
    MqttPubReplyMessageVariableHeader header =
        (MqttPubReplyMessageVariableHeader) read.variableHeader();
    assertEquals(7, header.messageId());
    assertEquals((byte) 0x97, header.reasonCode());
    assertEquals(Library.text(properties), Library.text(header.properties()));
    assertEquals("4003000797", Bytes.hex(without));
  }

  @Test
  void subackAnswersEveryFilter() {
    List<ReasonCode> codes =
        List.of(ReasonCode.GRANTED_QOS_0, ReasonCode.GRANTED_QOS_2, ReasonCode.NOT_AUTHORIZED);

    MqttSubAckMessage of5 =
        (MqttSubAckMessage)
            Library.decode(suback(ProtocolVersion.MQTT_5, codes), ProtocolVersion.MQTT_5);

    assertEquals(9, of5.variableHeader().messageId());
    assertEquals(List.of(0, 2, 0x87), of5.payload().reasonCodes());
    assertEquals("90050009000280", Bytes.hex(suback(ProtocolVersion.MQTT_3_1_1, codes)));
  }

  private static byte[] suback(ProtocolVersion version, List<ReasonCode> codes) {
    return Bytes.written(out -> PacketEncoder.suback(out, version, 9, codes, NONE, UNLIMITED));
  }

  @Test
  void unsubackHasReasonCodesInMqtt5Only() {
    List<ReasonCode> codes = List.of(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED);

    MqttUnsubAckMessage of5 =
        (MqttUnsubAckMessage)
            Library.decode(unsuback(ProtocolVersion.MQTT_5, codes), ProtocolVersion.MQTT_5);

    assertEquals(9, of5.variableHeader().messageId());
    assertEquals(List.of((short) 0, (short) 0x11), of5.payload().unsubscribeReasonCodes());
    assertEquals("b0020009", Bytes.hex(unsuback(ProtocolVersion.MQTT_3_1_1, codes)));
  }

  private static byte[] unsuback(ProtocolVersion version, List<ReasonCode> codes) {
    return Bytes.written(out -> PacketEncoder.unsuback(out, version, 9, codes, NONE, UNLIMITED));
  }

  @Test
  void pingrespIsTwoBytes() {
    assertEquals("d000", Bytes.hex(Bytes.written(PacketEncoder::pingresp)));
  }

  @Test
  void disconnectIsForMqtt5Only() {
    assertEquals("e000", disconnect(ProtocolVersion.MQTT_5, ReasonCode.SUCCESS));
    assertEquals("e0018e", disconnect(ProtocolVersion.MQTT_5, ReasonCode.SESSION_TAKEN_OVER));
    assertEquals("", disconnect(ProtocolVersion.MQTT_3_1_1, ReasonCode.SESSION_TAKEN_OVER));
    assertEquals("", disconnect(ProtocolVersion.MQTT_3_1, ReasonCode.SESSION_TAKEN_OVER));
  }

  private static String disconnect(ProtocolVersion version, ReasonCode code) {
    return Bytes.hex(
        Bytes.written(out -> PacketEncoder.disconnect(out, version, code, NONE, UNLIMITED)));
  }

  @Test
  void disconnectAndAuthCarryTheirProperties() {
    MqttProperties properties = new MqttProperties();
    string(properties, Property.REASON_STRING, "moved");
    string(properties, Property.SERVER_REFERENCE, "other");
    MqttProperties authProperties = new MqttProperties();
    string(authProperties, Property.AUTHENTICATION_METHOD, "SCRAM-SHA-256");

    MqttReasonCodeAndPropertiesVariableHeader disconnect =
        reasoned(
            Bytes.written(
                out ->
                    PacketEncoder.disconnect(
                        out,
                        ProtocolVersion.MQTT_5,
                        ReasonCode.SERVER_MOVED,
                        properties,
                        UNLIMITED)));
    MqttReasonCodeAndPropertiesVariableHeader auth =
        reasoned(
            Bytes.written(
                out ->
                    PacketEncoder.auth(
                        out, ReasonCode.CONTINUE_AUTHENTICATION, authProperties, UNLIMITED)));

    assertEquals((byte) 0x9D, disconnect.reasonCode());
    assertEquals(Library.text(properties), Library.text(disconnect.properties()));
    assertEquals((byte) 0x18, auth.reasonCode());
    assertEquals(Library.text(authProperties), Library.text(auth.properties()));
  }

  private static MqttReasonCodeAndPropertiesVariableHeader reasoned(byte[] packet) {
    return (MqttReasonCodeAndPropertiesVariableHeader)
        Library.decode(packet, ProtocolVersion.MQTT_5).variableHeader();
  }

  private static void number(MqttProperties to, Property property, int value) {
    to.add(new MqttProperties.IntegerProperty(property.id(), value));
  }

  private static void string(MqttProperties to, Property property, String value) {
    to.add(new MqttProperties.StringProperty(property.id(), value));
  }
}
