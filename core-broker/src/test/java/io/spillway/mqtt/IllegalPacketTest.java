package io.spillway.mqtt;

import static io.spillway.mqtt.ProtocolVersion.MQTT_3_1;
import static io.spillway.mqtt.ProtocolVersion.MQTT_3_1_1;
import static io.spillway.mqtt.ProtocolVersion.MQTT_5;
import static io.spillway.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.spillway.mqtt.ReasonCode.PAYLOAD_FORMAT_INVALID;
import static io.spillway.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.spillway.mqtt.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.spillway.mqtt.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of packets that a client must not send, and the reason code that answers each. */
class IllegalPacketTest {
  /** {@code reasonCode} is null for a legal packet, a neighbour of the illegal ones. */
  record Row(String name, ProtocolVersion version, ReasonCode reasonCode, byte[] packet) {
    @Override
    public String toString() {
      return name + ", " + version + " -> " + reasonCode;
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyPacketIsAnsweredAsTheTableSays(Row row) {
    if (row.reasonCode == null) {
      assertDoesNotThrow(() -> Bytes.decode(Unpooled.wrappedBuffer(row.packet), row.version));
      return;
    }
    ProtocolException refused =
        assertThrows(
            ProtocolException.class,
            () -> Bytes.decode(Unpooled.wrappedBuffer(row.packet), row.version));

    assertEquals(row.reasonCode, refused.reasonCode(), refused.getMessage());
    assertTrue(refused.getMessage().matches("(?s).+: .+ \\(expected: .+\\)"), refused.getMessage());
  }

  private static final List<Row> ROWS = new ArrayList<>();

  static List<Row> rows() {
    if (ROWS.isEmpty()) {
      fixedHeaders();
      connect();
      connectProperties();
      publish();
      publishStrings();
      publishProperties();
      acknowledgements();
      subscribe();
      unsubscribe();
      disconnectAndAuth();
    }
    return ROWS;
  }

  private static void row(
      ProtocolVersion version, ReasonCode reasonCode, String name, String... fields) {
    ROWS.add(new Row(name, version, reasonCode, Bytes.packet(fields)));
  }

  private static void all(ReasonCode reasonCode, String name, String... fields) {
    for (ProtocolVersion version : ProtocolVersion.values()) {
      row(version, reasonCode, name, fields);
    }
  }

  /** Flags of a packet that has none, which MQTT 3.1 doesn't look at. */
  private static void flags(String name, String... fields) {
    row(MQTT_3_1, null, name, fields);
    row(MQTT_3_1_1, MALFORMED_PACKET, name, fields);
    row(MQTT_5, MALFORMED_PACKET, name, fields);
  }

  private static void fixedHeaders() {
    all(MALFORMED_PACKET, "packet type 0", "00  reserved", "LL");
    all(PROTOCOL_ERROR, "CONNACK from a client", "20  CONNACK", "LL", "00 00");
    all(PROTOCOL_ERROR, "SUBACK from a client", "90  SUBACK", "LL", "00 01", "00");
    all(PROTOCOL_ERROR, "UNSUBACK from a client", "B0  UNSUBACK", "LL", "00 01");
    all(PROTOCOL_ERROR, "PINGRESP from a client", "D0  PINGRESP", "LL");
    all(null, "PINGREQ", "C0  PINGREQ", "LL");
    flags("PINGREQ with flags", "C1  PINGREQ, retain", "LL");
    all(MALFORMED_PACKET, "PINGREQ with a body", "C0  PINGREQ", "LL", "00");
    all(MALFORMED_PACKET, "length in more bytes than needed", "C0  PINGREQ", "80 00");
    all(MALFORMED_PACKET, "length beyond the packet", "C0  PINGREQ", "01");
    all(MALFORMED_PACKET, "bytes beyond the length", "C0  PINGREQ", "00", "00");
    row(MQTT_3_1_1, MALFORMED_PACKET, "AUTH before MQTT 5", "F0  AUTH", "LL");
    row(MQTT_3_1, MALFORMED_PACKET, "AUTH before MQTT 5", "F0  AUTH", "LL");
  }

  private static void connect(ReasonCode reasonCode, String name, String... fields) {
    row(null, reasonCode, name, fields);
  }

  private static void connect() {
    String mqtt = "00 04 4D 51 54 54  MQTT";
    String isdp = "00 06 4D 51 49 73 64 70  MQIsdp";
    String keepAlive = "00 3C  keep alive 60";
    String clientId = "00 01 63  client identifier c";
    String none = "00  property length";
    connect(null, "3.1", "10", "LL", isdp, "03", "02  clean", keepAlive, clientId);
    connect(null, "3.1.1", "10", "LL", mqtt, "04", "02  clean", keepAlive, clientId);
    connect(null, "5", "10", "LL", mqtt, "05", "02  clean", keepAlive, none, clientId);
    connect(
        MALFORMED_PACKET, "flags in CONNECT", "11", "LL", mqtt, "04", "02", keepAlive, clientId);
    connect(null, "flags in CONNECT, 3.1", "14", "LL", isdp, "03", "02", keepAlive, clientId);
    for (String level : List.of("00", "03", "06", "84", "85")) {
      connect(
          UNSUPPORTED_PROTOCOL_VERSION,
          "MQTT of level 0x" + level,
          "10",
          "LL",
          mqtt,
          level,
          "02",
          keepAlive,
          clientId);
    }
    connect(
        UNSUPPORTED_PROTOCOL_VERSION,
        "MQIsdp 4",
        "10",
        "LL",
        isdp,
        "04",
        "02",
        keepAlive,
        clientId);
    connect(
        PROTOCOL_ERROR,
        "another protocol",
        "10",
        "LL",
        "00 04 6D 71 74 74  mqtt",
        "04",
        "02",
        keepAlive,
        clientId);
    connect(MALFORMED_PACKET, "no protocol name", "10", "LL");
    connect(MALFORMED_PACKET, "protocol name cut", "10", "LL", "00 04 4D 51");
    connect(MALFORMED_PACKET, "no level", "10", "LL", mqtt);
    connect(MALFORMED_PACKET, "no keep alive", "10", "LL", mqtt, "04", "02", "00");
    connect(MALFORMED_PACKET, "no client identifier", "10", "LL", mqtt, "04", "02", keepAlive);
    connect(
        MALFORMED_PACKET,
        "client identifier with U+0000",
        "10",
        "LL",
        mqtt,
        "04",
        "02",
        keepAlive,
        "00 01 00  U+0000");
    for (String level : List.of("04", "05")) {
      String properties = level.equals("05") ? none : "";
      String version = level.equals("05") ? "5: " : "3.1.1: ";
      String topic = "00 01 77  will topic w";
      String payload = "00 01 21  will payload";
      String user = "00 01 75  user name u";
      String password = "00 01 70  password p";
      connect(
          MALFORMED_PACKET,
          version + "reserved flag",
          "10",
          "LL",
          mqtt,
          level,
          "03  reserved",
          keepAlive,
          properties,
          clientId);
      connect(
          MALFORMED_PACKET,
          version + "will QoS without a will",
          "10",
          "LL",
          mqtt,
          level,
          "0A  will QoS 1",
          keepAlive,
          properties,
          clientId);
      connect(
          MALFORMED_PACKET,
          version + "will retain without a will",
          "10",
          "LL",
          mqtt,
          level,
          "22  will retain",
          keepAlive,
          properties,
          clientId);
      connect(
          MALFORMED_PACKET,
          version + "will QoS 3",
          "10",
          "LL",
          mqtt,
          level,
          "1E  will, QoS 3",
          keepAlive,
          properties,
          clientId,
          properties,
          topic,
          payload);
      connect(
          MALFORMED_PACKET,
          version + "wildcard in the will topic",
          "10",
          "LL",
          mqtt,
          level,
          "06  will",
          keepAlive,
          properties,
          clientId,
          properties,
          "00 01 23  will topic #",
          payload);
      connect(
          MALFORMED_PACKET,
          version + "empty will topic",
          "10",
          "LL",
          mqtt,
          level,
          "06  will",
          keepAlive,
          properties,
          clientId,
          properties,
          "00 00  will topic",
          payload);
      connect(
          MALFORMED_PACKET,
          version + "will without a payload",
          "10",
          "LL",
          mqtt,
          level,
          "06  will",
          keepAlive,
          properties,
          clientId,
          properties,
          topic);
      connect(
          null,
          version + "will, user name, password",
          "10",
          "LL",
          mqtt,
          level,
          "EE  user name, password, will retain, QoS 1, will, clean",
          keepAlive,
          properties,
          clientId,
          properties,
          topic,
          payload,
          user,
          password);
      connect(
          level.equals("05") ? null : MALFORMED_PACKET,
          version + "password without a user name",
          "10",
          "LL",
          mqtt,
          level,
          "42  password",
          keepAlive,
          properties,
          clientId,
          password);
      connect(
          MALFORMED_PACKET,
          version + "user name missing",
          "10",
          "LL",
          mqtt,
          level,
          "82  user name",
          keepAlive,
          properties,
          clientId);
      connect(
          MALFORMED_PACKET,
          version + "user name without its flag",
          "10",
          "LL",
          mqtt,
          level,
          "02",
          keepAlive,
          properties,
          clientId,
          user);
    }
    connect(
        null,
        "3.1: user name missing in spite of its flag",
        "10",
        "LL",
        isdp,
        "03",
        "C2  user name, password",
        keepAlive,
        clientId);
    connect(null, "3.1: reserved flag", "10", "LL", isdp, "03", "2B", keepAlive, clientId);
  }

  private static void connectProperties() {
    record Case(ReasonCode reasonCode, String name, String length, String properties) {}
    for (Case c :
        List.of(
            new Case(null, "receive maximum 1", "03", "21 00 01"),
            new Case(PROTOCOL_ERROR, "receive maximum 0", "03", "21 00 00"),
            new Case(PROTOCOL_ERROR, "receive maximum twice", "06", "21 00 01 21 00 01"),
            new Case(PROTOCOL_ERROR, "maximum packet size 0", "05", "27 00 00 00 00"),
            new Case(PROTOCOL_ERROR, "request problem information 2", "02", "17 02"),
            new Case(PROTOCOL_ERROR, "request response information 2", "02", "19 02"),
            new Case(PROTOCOL_ERROR, "session expiry twice", "0A", "11 00 00 00 00 11 00 00 00 00"),
            new Case(PROTOCOL_ERROR, "topic alias maximum twice", "06", "22 00 00 22 00 00"),
            new Case(PROTOCOL_ERROR, "authentication data alone", "04", "16 00 01 00"),
            new Case(null, "authentication method", "04", "15 00 01 53"),
            new Case(
                null, "user property twice", "0E", "26 00 01 6B 00 01 76 26 00 01 6B 00 01 76"),
            new Case(MALFORMED_PACKET, "topic alias", "03", "23 00 01"),
            new Case(MALFORMED_PACKET, "will delay outside the will", "05", "18 00 00 00 01"),
            new Case(MALFORMED_PACKET, "server keep alive", "03", "13 00 01"),
            new Case(MALFORMED_PACKET, "assigned client identifier", "04", "12 00 01 61"),
            new Case(MALFORMED_PACKET, "reason string", "04", "1F 00 01 61"),
            new Case(MALFORMED_PACKET, "identifier 0", "02", "00 00"),
            new Case(MALFORMED_PACKET, "identifier 4", "02", "04 00"),
            new Case(MALFORMED_PACKET, "identifier 127", "02", "7F 00"),
            new Case(MALFORMED_PACKET, "identifier in two bytes", "03", "A1 00 01"),
            new Case(MALFORMED_PACKET, "value cut", "02", "21 00"),
            new Case(MALFORMED_PACKET, "string cut", "03", "15 00 01"),
            new Case(MALFORMED_PACKET, "length beyond the packet", "7F", "21 00 01"),
            new Case(MALFORMED_PACKET, "length in two bytes for 3", "83 00", "21 00 01"),
            new Case(
                MALFORMED_PACKET,
                "user property with a surrogate",
                "09",
                "26 00 03 ED A0 80 00 01 76"))) {
      connect(
          c.reasonCode,
          "CONNECT: " + c.name,
          "10  CONNECT",
          "LL",
          "00 04 4D 51 54 54  MQTT",
          "05  level",
          "02  clean start",
          "00 3C  keep alive 60",
          c.length + "  property length",
          c.properties,
          "00 01 63  client identifier c");
    }
    for (Case c :
        List.of(
            new Case(null, "all", "13", "18 00 00 00 01 01 01 02 00 00 00 05 08 00 01 72 03 00 00"),
            new Case(PROTOCOL_ERROR, "will delay twice", "0A", "18 00 00 00 01 18 00 00 00 01"),
            new Case(PROTOCOL_ERROR, "payload format 2", "02", "01 02"),
            new Case(PROTOCOL_ERROR, "wildcard in the response topic", "04", "08 00 01 2B"),
            new Case(MALFORMED_PACKET, "topic alias", "03", "23 00 01"),
            new Case(MALFORMED_PACKET, "subscription identifier", "02", "0B 01"),
            new Case(MALFORMED_PACKET, "session expiry", "05", "11 00 00 00 00"))) {
      connect(
          c.reasonCode,
          "will: " + c.name,
          "10  CONNECT",
          "LL",
          "00 04 4D 51 54 54  MQTT",
          "05  level",
          "06  clean start, will",
          "00 3C  keep alive 60",
          "00  property length",
          "00 01 63  client identifier c",
          c.length + "  will property length",
          c.properties,
          "00 01 77  will topic w",
          "00 01 21  will payload");
    }
    connect(
        PAYLOAD_FORMAT_INVALID,
        "will payload that isn't the UTF-8 it says",
        "10  CONNECT",
        "LL",
        "00 04 4D 51 54 54  MQTT",
        "05  level",
        "06  clean start, will",
        "00 3C  keep alive 60",
        "00  property length",
        "00 01 63  client identifier c",
        "02 01 01  payload format indicator 1",
        "00 01 77  will topic w",
        "00 01 FF  will payload");
  }

  private static void publish() {
    for (ProtocolVersion version : ProtocolVersion.values()) {
      String none = version.isMqtt5() ? "00  property length" : "";
      String a = "00 01 61  topic name a";
      String id = "00 01  packet identifier";
      row(version, null, "PUBLISH at QoS 0", "30", "LL", a, none, "21");
      row(version, null, "PUBLISH at QoS 2, DUP", "3C", "LL", a, id, none, "21");
      row(version, null, "PUBLISH without a payload", "30", "LL", a, none);
      row(version, MALFORMED_PACKET, "QoS 3", "36", "LL", a, id, none);
      row(version, MALFORMED_PACKET, "DUP at QoS 0", "38", "LL", a, none);
      row(version, PROTOCOL_ERROR, "packet identifier 0", "32", "LL", a, "00 00", none);
      row(version, MALFORMED_PACKET, "no packet identifier", "32", "LL", a);
      row(version, MALFORMED_PACKET, "packet identifier cut", "32", "LL", a, "00");
      row(version, MALFORMED_PACKET, "no topic name", "30", "LL");
      row(version, MALFORMED_PACKET, "half a topic length", "30", "LL", "00");
      row(version, MALFORMED_PACKET, "topic name cut", "30", "LL", "00 05 61 62");
      row(version, MALFORMED_PACKET, "wildcard +", "30", "LL", "00 03 61 2F 2B  a/+", none);
      row(version, MALFORMED_PACKET, "wildcard #", "30", "LL", "00 01 23  #", none);
      row(
          version,
          version.isMqtt5() ? PROTOCOL_ERROR : MALFORMED_PACKET,
          "empty topic name",
          "30",
          "LL",
          "00 00  topic name",
          none);
    }
  }

  private static void publishStrings() {
    record Case(ReasonCode reasonCode, String name, String topicName) {}
    for (Case c :
        List.of(
            new Case(null, "U+0001", "00 01 01"),
            new Case(null, "U+FEFF", "00 03 EF BB BF"),
            new Case(null, "U+FFFF", "00 03 EF BF BF"),
            new Case(null, "U+D7FF", "00 03 ED 9F BF"),
            new Case(null, "U+10FFFF", "00 04 F4 8F BF BF"),
            new Case(null, "eight bytes of ASCII and an umlaut", "00 0A 6161616161616161 C3 BC"),
            new Case(MALFORMED_PACKET, "U+0000", "00 01 00"),
            new Case(MALFORMED_PACKET, "U+0000 amid ASCII", "00 0A 61 61 61 00 61 61 61 61 61 61"),
            new Case(MALFORMED_PACKET, "overlong U+0000", "00 02 C0 80"),
            new Case(MALFORMED_PACKET, "overlong slash", "00 02 C0 AF"),
            new Case(MALFORMED_PACKET, "overlong of three", "00 03 E0 9F BF"),
            new Case(MALFORMED_PACKET, "overlong of four", "00 04 F0 8F BF BF"),
            new Case(MALFORMED_PACKET, "U+D800", "00 03 ED A0 80"),
            new Case(MALFORMED_PACKET, "U+DFFF", "00 03 ED BF BF"),
            new Case(MALFORMED_PACKET, "CESU-8 pair", "00 06 ED A0 BC ED BC 8A"),
            new Case(MALFORMED_PACKET, "U+110000", "00 04 F4 90 80 80"),
            new Case(MALFORMED_PACKET, "byte F5", "00 04 F5 80 80 80"),
            new Case(MALFORMED_PACKET, "byte FF", "00 01 FF"),
            new Case(MALFORMED_PACKET, "continuation alone", "00 01 80"),
            new Case(MALFORMED_PACKET, "sequence cut by the length", "00 02 E2 82"),
            new Case(MALFORMED_PACKET, "sequence cut by ASCII", "00 03 E2 82 61"))) {
      row(
          MQTT_3_1_1,
          c.reasonCode,
          "topic name with " + c.name,
          "30  PUBLISH",
          "LL",
          c.topicName,
          "E2 82 AC  payload");
    }
  }

  private static void publishProperties() {
    record Case(ReasonCode reasonCode, String name, String length, String properties) {}
    for (Case c :
        List.of(
            new Case(null, "topic alias 10", "03", "23 00 0A"),
            new Case(TOPIC_ALIAS_INVALID, "topic alias 0", "03", "23 00 00"),
            new Case(TOPIC_ALIAS_INVALID, "topic alias above the maximum", "03", "23 00 0B"),
            new Case(PROTOCOL_ERROR, "topic alias twice", "06", "23 00 01 23 00 01"),
            new Case(PROTOCOL_ERROR, "payload format 2", "02", "01 02"),
            new Case(PROTOCOL_ERROR, "payload format twice", "04", "01 00 01 00"),
            new Case(PROTOCOL_ERROR, "expiry twice", "0A", "02 00 00 00 01 02 00 00 00 01"),
            new Case(PROTOCOL_ERROR, "content type twice", "06", "03 00 00 03 00 00"),
            new Case(PROTOCOL_ERROR, "correlation data twice", "06", "09 00 00 09 00 00"),
            new Case(PROTOCOL_ERROR, "response topic twice", "08", "08 00 01 72 08 00 01 72"),
            new Case(PROTOCOL_ERROR, "wildcard + in the response topic", "04", "08 00 01 2B"),
            new Case(PROTOCOL_ERROR, "wildcard # in the response topic", "04", "08 00 01 23"),
            new Case(PROTOCOL_ERROR, "empty response topic", "03", "08 00 00"),
            new Case(PROTOCOL_ERROR, "subscription identifier", "02", "0B 01"),
            new Case(MALFORMED_PACKET, "session expiry", "05", "11 00 00 00 00"),
            new Case(MALFORMED_PACKET, "will delay", "05", "18 00 00 00 00"),
            new Case(MALFORMED_PACKET, "reason string", "04", "1F 00 01 61"),
            new Case(MALFORMED_PACKET, "unknown identifier", "02", "2B 00"),
            new Case(MALFORMED_PACKET, "response topic with U+0000", "04", "08 00 01 00"),
            new Case(MALFORMED_PACKET, "content type with a surrogate", "06", "03 00 03 ED A0 80"),
            new Case(MALFORMED_PACKET, "correlation data cut", "04", "09 00 05 00"),
            new Case(MALFORMED_PACKET, "user property without a value", "04", "26 00 01 6B"),
            new Case(MALFORMED_PACKET, "length beyond the packet", "40", ""),
            new Case(MALFORMED_PACKET, "length of five bytes", "80 80 80 80 00", ""),
            new Case(MALFORMED_PACKET, "length in two bytes for 0", "80 00", ""),
            new Case(
                PAYLOAD_FORMAT_INVALID, "payload that isn't the UTF-8 it says", "02", "01 01"))) {
      row(
          MQTT_5,
          c.reasonCode,
          "PUBLISH: " + c.name,
          "30  PUBLISH",
          "LL",
          "00 01 61  topic name a",
          c.length + "  property length",
          c.properties,
          "C3 28  payload");
    }
    row(MQTT_5, MALFORMED_PACKET, "no property length", "30", "LL", "00 01 61  topic name a");
    row(
        MQTT_5,
        null,
        "text with U+0000 as payload",
        "30  PUBLISH",
        "LL",
        "00 01 61  topic name a",
        "02 01 01  payload format indicator 1",
        "00 E2 82 AC  payload");
    row(
        MQTT_5,
        PROTOCOL_ERROR,
        "alias that was never set",
        "30  PUBLISH",
        "LL",
        "00 00  topic name",
        "03 23 00 01  topic alias 1");
  }

  private static void acknowledgements() {
    for (String first : List.of("40", "50", "62", "70")) {
      boolean answersPublish = first.equals("40") || first.equals("50");
      String name = "acknowledgement 0x" + first + ": ";
      String id = "00 01  packet identifier";
      all(null, name + "short", first, "LL", id);
      all(PROTOCOL_ERROR, name + "packet identifier 0", first, "LL", "00 00");
      all(MALFORMED_PACKET, name + "empty", first, "LL");
      all(MALFORMED_PACKET, name + "cut", first, "LL", "00");
      String wrongFlags = first.charAt(0) + (first.equals("62") ? "0" : "2");
      if (first.equals("62")) {
        all(MALFORMED_PACKET, name + "flags", wrongFlags, "LL", id);
      } else {
        flags(name + "flags", wrongFlags, "LL", id);
      }
      row(MQTT_3_1_1, MALFORMED_PACKET, name + "a byte more", first, "LL", id, "00");
      row(MQTT_5, null, name + "reason code", first, "LL", id, "00");
      row(MQTT_5, null, name + "reason code, properties", first, "LL", id, "00", "00");
      row(
          MQTT_5,
          answersPublish ? null : PROTOCOL_ERROR,
          name + "reason code of the other step",
          first,
          "LL",
          id,
          "10  no matching subscribers");
      row(
          MQTT_5,
          answersPublish ? PROTOCOL_ERROR : null,
          name + "packet identifier not found",
          first,
          "LL",
          id,
          "92");
      row(MQTT_5, PROTOCOL_ERROR, name + "undefined reason code", first, "LL", id, "7F", "00");
      row(MQTT_5, PROTOCOL_ERROR, name + "foreign reason code", first, "LL", id, "8E");
      row(MQTT_5, MALFORMED_PACKET, name + "bytes behind", first, "LL", id, "00", "00", "00");
      row(
          MQTT_5,
          null,
          name + "reason string",
          first,
          "LL",
          id,
          "00",
          "04 1F 00 01 72  reason string r");
      row(
          MQTT_5,
          PROTOCOL_ERROR,
          name + "reason string twice",
          first,
          "LL",
          id,
          "00",
          "08 1F 00 01 72 1F 00 01 72  reason strings");
      row(
          MQTT_5,
          MALFORMED_PACKET,
          name + "foreign property",
          first,
          "LL",
          id,
          "00",
          "03 23 00 01  topic alias");
    }
    row(MQTT_3_1, null, "3.1: PUBREL again", "6A  PUBREL, DUP", "LL", "00 01");
    row(MQTT_3_1_1, MALFORMED_PACKET, "3.1.1: PUBREL with DUP", "6A", "LL", "00 01");
  }

  private static void subscribe() {
    for (ProtocolVersion version : ProtocolVersion.values()) {
      String none = version.isMqtt5() ? "00  property length" : "";
      String id = "00 01  packet identifier";
      String a = "00 01 61  topic filter a";
      row(version, null, "SUBSCRIBE", "82", "LL", id, none, a, "02");
      row(version, MALFORMED_PACKET, "SUBSCRIBE: flags 0", "80", "LL", id, none, a, "00");
      row(version, PROTOCOL_ERROR, "SUBSCRIBE: id 0", "82", "LL", "00 00", none, a, "00");
      row(version, PROTOCOL_ERROR, "SUBSCRIBE: no filter", "82", "LL", id, none);
      row(version, MALFORMED_PACKET, "SUBSCRIBE: no options", "82", "LL", id, none, a);
      row(version, MALFORMED_PACKET, "SUBSCRIBE: filter cut", "82", "LL", id, none, "00 05 61");
      row(
          version,
          version.isMqtt5() ? PROTOCOL_ERROR : MALFORMED_PACKET,
          "SUBSCRIBE: QoS 3",
          "82",
          "LL",
          id,
          none,
          a,
          "03");
      for (String bad :
          List.of(
              "00 00",
              "00 02 61 23  a#",
              "00 02 61 2B  a+",
              "00 05 61 2F 23 2F 62  a/#/b",
              "00 08 24 73 68 61 72 65 2F 67  $share/g",
              "00 09 24 73 68 61 72 65 2F 67 2F  $share/g/",
              "00 09 24 73 68 61 72 65 2F 2F 61  $share//a",
              "00 0A 24 73 68 61 72 65 2F 2B 2F 61  $share/+/a",
              "00 02 61 00  a and U+0000",
              "00 03 ED A0 80  a surrogate")) {
        row(version, MALFORMED_PACKET, "SUBSCRIBE: " + bad, "82", "LL", id, none, bad, "00");
        row(version, MALFORMED_PACKET, "UNSUBSCRIBE: " + bad, "A2", "LL", id, none, bad);
      }
    }
    row(MQTT_3_1, null, "3.1: SUBSCRIBE again", "8A", "LL", "00 01", "00 01 61", "00");
    row(
        MQTT_3_1_1,
        MALFORMED_PACKET,
        "3.1.1: reserved option bits",
        "82",
        "LL",
        "00 01",
        "00 01 61",
        "04");
    record Case(ReasonCode reasonCode, String name, String properties, String filter) {}
    String a = "00 01 61 00  topic filter a";
    for (Case c :
        List.of(
            new Case(null, "every option", "00", "00 01 61 2E  NL, RAP, retain handling 2, QoS 2"),
            new Case(MALFORMED_PACKET, "bit 6", "00", "00 01 61 40"),
            new Case(MALFORMED_PACKET, "bit 7", "00", "00 01 61 80"),
            new Case(PROTOCOL_ERROR, "retain handling 3", "00", "00 01 61 30"),
            new Case(
                PROTOCOL_ERROR,
                "No Local when shared",
                "00",
                "00 0A 24 73 68 61 72 65 2F 67 2F 61 04  $share/g/a"),
            new Case(null, "identifier 1", "02 0B 01", a),
            new Case(null, "identifier 268435455", "05 0B FF FF FF 7F", a),
            new Case(PROTOCOL_ERROR, "identifier 0", "02 0B 00", a),
            new Case(PROTOCOL_ERROR, "identifier twice", "04 0B 01 0B 02", a),
            new Case(MALFORMED_PACKET, "identifier in two bytes for 1", "03 0B 81 00", a),
            new Case(MALFORMED_PACKET, "identifier of five bytes", "06 0B 80 80 80 80 01", a),
            new Case(MALFORMED_PACKET, "reason string", "04 1F 00 01 61", a))) {
      row(
          MQTT_5,
          c.reasonCode,
          "SUBSCRIBE: " + c.name,
          "82  SUBSCRIBE",
          "LL",
          "00 01  packet identifier",
          c.properties,
          c.filter);
    }
  }

  private static void unsubscribe() {
    for (ProtocolVersion version : ProtocolVersion.values()) {
      String none = version.isMqtt5() ? "00  property length" : "";
      String id = "00 01  packet identifier";
      String a = "00 01 61  topic filter a";
      row(version, null, "UNSUBSCRIBE", "A2", "LL", id, none, a, a);
      row(version, MALFORMED_PACKET, "UNSUBSCRIBE: flags 0", "A0", "LL", id, none, a);
      row(version, PROTOCOL_ERROR, "UNSUBSCRIBE: id 0", "A2", "LL", "00 00", none, a);
      row(version, PROTOCOL_ERROR, "UNSUBSCRIBE: no filter", "A2", "LL", id, none);
      row(version, MALFORMED_PACKET, "UNSUBSCRIBE: a byte more", "A2", "LL", id, none, a, "00");
    }
    row(
        MQTT_5,
        MALFORMED_PACKET,
        "UNSUBSCRIBE: subscription identifier",
        "A2",
        "LL",
        "00 01",
        "02 0B 01",
        "00 01 61");
  }

  private static void disconnectAndAuth() {
    all(null, "DISCONNECT", "E0", "LL");
    flags("DISCONNECT with flags", "E1", "LL");
    row(MQTT_3_1_1, MALFORMED_PACKET, "3.1.1: DISCONNECT with a body", "E0", "LL", "00");
    record Case(ReasonCode reasonCode, String name, String fields) {}
    for (Case c :
        List.of(
            new Case(null, "with will", "04"),
            new Case(null, "session expiry", "00 05 11 00 00 00 01"),
            new Case(PROTOCOL_ERROR, "session expiry twice", "00 0A 1100000001 1100000001"),
            new Case(PROTOCOL_ERROR, "undefined reason code", "7F"),
            new Case(PROTOCOL_ERROR, "a server's reason code", "8E"),
            new Case(PROTOCOL_ERROR, "a server's reference", "00 04 1C 00 01 61"),
            new Case(MALFORMED_PACKET, "foreign property", "00 03 23 00 01"),
            new Case(MALFORMED_PACKET, "bytes behind", "00 00 00"))) {
      row(MQTT_5, c.reasonCode, "DISCONNECT: " + c.name, "E0", "LL", c.fields);
    }
    for (Case c :
        List.of(
            new Case(null, "continue", "18 04 15 00 01 53"),
            new Case(null, "re-authenticate", "19 08 15 00 01 53 16 00 01 00"),
            new Case(PROTOCOL_ERROR, "empty: success, which a server says", ""),
            new Case(PROTOCOL_ERROR, "success, which a server says", "00 04 15 00 01 53"),
            new Case(PROTOCOL_ERROR, "no method", "18 00"),
            new Case(PROTOCOL_ERROR, "method twice", "18 08 15 00 01 53 15 00 01 53"),
            new Case(MALFORMED_PACKET, "no property length", "18"),
            new Case(MALFORMED_PACKET, "foreign property", "18 03 21 00 01"))) {
      row(MQTT_5, c.reasonCode, "AUTH: " + c.name, "F0", "LL", c.fields);
    }
    row(MQTT_5, MALFORMED_PACKET, "AUTH with flags", "F1", "LL", "18 04 15 00 01 53");
  }
}
