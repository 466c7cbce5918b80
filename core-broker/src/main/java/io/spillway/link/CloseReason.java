package io.spillway.link;

/**
 * Why a client's stream ends, in the three languages that are spoken about it: the link's code, the
 * WebSocket close code for the browser, the MQTT reason code for its DISCONNECT or log line. The
 * wire code is part of the protocol.
 */
public enum CloseReason {
  /** Nothing to complain about. */
  NORMAL(0, 1000, 0x00),
  /** The client sent DISCONNECT. */
  CLIENT_DISCONNECTED(1, 1000, 0x00),
  /** The client closed its connection without DISCONNECT. */
  CLIENT_CLOSED(2, 1000, 0x80),
  /** The client's connection broke. */
  CLIENT_LOST(3, 1001, 0x80),
  UNSPECIFIED_ERROR(4, 1011, 0x80),
  MALFORMED_PACKET(5, 1002, 0x81),
  PROTOCOL_ERROR(6, 1002, 0x82),
  IMPLEMENTATION_SPECIFIC_ERROR(7, 1011, 0x83),
  UNSUPPORTED_PROTOCOL_VERSION(8, 1002, 0x84),
  CLIENT_IDENTIFIER_NOT_VALID(9, 1008, 0x85),
  BAD_USER_NAME_OR_PASSWORD(10, 1008, 0x86),
  NOT_AUTHORIZED(11, 1008, 0x87),
  SERVER_UNAVAILABLE(12, 1013, 0x88),
  SERVER_BUSY(13, 1013, 0x89),
  BANNED(14, 1008, 0x8A),
  SERVER_SHUTTING_DOWN(15, 1001, 0x8B),
  BAD_AUTHENTICATION_METHOD(16, 1008, 0x8C),
  KEEP_ALIVE_TIMEOUT(17, 1008, 0x8D),
  SESSION_TAKEN_OVER(18, 1008, 0x8E),
  TOPIC_FILTER_INVALID(19, 1002, 0x8F),
  TOPIC_NAME_INVALID(20, 1002, 0x90),
  RECEIVE_MAXIMUM_EXCEEDED(21, 1002, 0x93),
  TOPIC_ALIAS_INVALID(22, 1002, 0x94),
  PACKET_TOO_LARGE(23, 1009, 0x95),
  MESSAGE_RATE_TOO_HIGH(24, 1008, 0x96),
  QUOTA_EXCEEDED(25, 1008, 0x97),
  ADMINISTRATIVE_ACTION(26, 1008, 0x98),
  PAYLOAD_FORMAT_INVALID(27, 1007, 0x99),
  RETAIN_NOT_SUPPORTED(28, 1008, 0x9A),
  QOS_NOT_SUPPORTED(29, 1008, 0x9B),
  USE_ANOTHER_SERVER(30, 1012, 0x9C),
  SERVER_MOVED(31, 1012, 0x9D),
  SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(32, 1008, 0x9E),
  CONNECTION_RATE_EXCEEDED(33, 1013, 0x9F),
  MAXIMUM_CONNECT_TIME(34, 1008, 0xA0),
  SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(35, 1008, 0xA1),
  WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(36, 1008, 0xA2),
  /** The client sent no CONNECT in time. */
  CONNECT_TIMEOUT(37, 1008, 0x82),
  /** The client broke a rule of the WebSocket protocol. */
  WEBSOCKET_PROTOCOL_ERROR(38, 1002, 0x82),
  /** The client sent a WebSocket text frame. */
  TEXT_FRAME(39, 1003, 0x82),
  /** The client took nothing for too long. */
  SLOW_CLIENT(40, 1013, 0x97),
  /** The core is about to go, or the stream came after it said so. */
  LINK_DRAINING(41, 1012, 0x8B),
  /** The link between gateway and core ended. Never on the wire. */
  LINK_LOST(255, 1012, 0x88);

  private final int code;
  private final int webSocketCode;
  private final int mqttReasonCode;

  CloseReason(int code, int webSocketCode, int mqttReasonCode) {
    this.code = code;
    this.webSocketCode = webSocketCode;
    this.mqttReasonCode = mqttReasonCode;
  }

  /** The link's wire code. */
  public int code() {
    return code;
  }

  /** The close code for a browser's WebSocket (RFC 6455, 7.4). */
  public int webSocketCode() {
    return webSocketCode;
  }

  /** The MQTT 5 reason code's byte. */
  public int mqttReasonCode() {
    return mqttReasonCode;
  }

  /** The reason that says what an MQTT reason code says; 0x00 is {@link #NORMAL}. */
  public static CloseReason ofMqtt(int mqttReasonCode) {
    if (mqttReasonCode == 0x80) {
      return UNSPECIFIED_ERROR;
    }
    for (CloseReason reason : values()) {
      if (reason.mqttReasonCode == mqttReasonCode) {
        return reason;
      }
    }
    return mqttReasonCode < 0x80 ? NORMAL : UNSPECIFIED_ERROR;
  }

  /** The reason of a wire code; one that isn't known here is an unspecified error. */
  static CloseReason of(int code) {
    for (CloseReason reason : values()) {
      if (reason.code == code && reason != LINK_LOST) {
        return reason;
      }
    }
    return UNSPECIFIED_ERROR;
  }
}
