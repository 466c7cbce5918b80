package io.spillway.mqtt;

/**
 * The reason codes of MQTT 5, table 2-6. A byte with several names in the standard is one constant
 * here: {@link #NORMAL_DISCONNECTION} and {@link #GRANTED_QOS_0} are {@link #SUCCESS}.
 */
public enum ReasonCode {
  SUCCESS(0x00),
  GRANTED_QOS_1(0x01),
  GRANTED_QOS_2(0x02),
  DISCONNECT_WITH_WILL_MESSAGE(0x04),
  NO_MATCHING_SUBSCRIBERS(0x10),
  NO_SUBSCRIPTION_EXISTED(0x11),
  CONTINUE_AUTHENTICATION(0x18),
  RE_AUTHENTICATE(0x19),
  UNSPECIFIED_ERROR(0x80),
  MALFORMED_PACKET(0x81),
  PROTOCOL_ERROR(0x82),
  IMPLEMENTATION_SPECIFIC_ERROR(0x83),
  UNSUPPORTED_PROTOCOL_VERSION(0x84),
  CLIENT_IDENTIFIER_NOT_VALID(0x85),
  BAD_USER_NAME_OR_PASSWORD(0x86),
  NOT_AUTHORIZED(0x87),
  SERVER_UNAVAILABLE(0x88),
  SERVER_BUSY(0x89),
  BANNED(0x8A),
  SERVER_SHUTTING_DOWN(0x8B),
  BAD_AUTHENTICATION_METHOD(0x8C),
  KEEP_ALIVE_TIMEOUT(0x8D),
  SESSION_TAKEN_OVER(0x8E),
  TOPIC_FILTER_INVALID(0x8F),
  TOPIC_NAME_INVALID(0x90),
  PACKET_IDENTIFIER_IN_USE(0x91),
  PACKET_IDENTIFIER_NOT_FOUND(0x92),
  RECEIVE_MAXIMUM_EXCEEDED(0x93),
  TOPIC_ALIAS_INVALID(0x94),
  PACKET_TOO_LARGE(0x95),
  MESSAGE_RATE_TOO_HIGH(0x96),
  QUOTA_EXCEEDED(0x97),
  ADMINISTRATIVE_ACTION(0x98),
  PAYLOAD_FORMAT_INVALID(0x99),
  RETAIN_NOT_SUPPORTED(0x9A),
  QOS_NOT_SUPPORTED(0x9B),
  USE_ANOTHER_SERVER(0x9C),
  SERVER_MOVED(0x9D),
  SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E),
  CONNECTION_RATE_EXCEEDED(0x9F),
  MAXIMUM_CONNECT_TIME(0xA0),
  SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1),
  WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2);

  public static final ReasonCode NORMAL_DISCONNECTION = SUCCESS;
  public static final ReasonCode GRANTED_QOS_0 = SUCCESS;

  private static final ReasonCode[] BY_CODE = new ReasonCode[256];

  static {
    for (ReasonCode reasonCode : values()) {
      BY_CODE[reasonCode.code] = reasonCode;
    }
  }

  private final int code;

  ReasonCode(int code) {
    this.code = code;
  }

  /**
   * The constant for a byte, 0 to 255.
   *
   * @throws IllegalArgumentException for a byte to which the standard gives no meaning
   */
  public static ReasonCode of(int code) {
    ReasonCode reasonCode = ofOrNull(code);
    if (reasonCode == null) {
      throw new IllegalArgumentException(
          "reason code: " + code + " (expected: one of MQTT 5, table 2-6)");
    }
    return reasonCode;
  }

  /** The constant for a byte, or null where the standard gives it no meaning. */
  static ReasonCode ofOrNull(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }

  /** What SUBACK answers for a granted QoS. */
  public static ReasonCode grantedQos(int qos) {
    return switch (qos) {
      case 0 -> SUCCESS;
      case 1 -> GRANTED_QOS_1;
      case 2 -> GRANTED_QOS_2;
      default -> throw new IllegalArgumentException("QoS: " + qos + " (expected: 0, 1 or 2)");
    };
  }

  /** The byte on the wire, 0 to 255. */
  public int code() {
    return code;
  }

  public boolean isError() {
    return code >= 0x80;
  }

  /**
   * The CONNACK return code of MQTT 3.1 and 3.1.1 that says this best, 0 to 5. Errors that those
   * versions don't know answer 3, server unavailable; where the standard asks for closing without
   * an answer the caller sends none.
   */
  public int connectReturnCode() {
    return switch (this) {
      case SUCCESS -> 0;
      case UNSUPPORTED_PROTOCOL_VERSION -> 1;
      case CLIENT_IDENTIFIER_NOT_VALID -> 2;
      case BAD_USER_NAME_OR_PASSWORD, BAD_AUTHENTICATION_METHOD -> 4;
      case NOT_AUTHORIZED, BANNED -> 5;
      default -> 3;
    };
  }
}
