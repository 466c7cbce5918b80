package io.spillway.gateway.websocket;

/** The close codes of RFC 6455 section 7.4.1 and of IANA's registry that this server deals with. */
public final class CloseCode {

  public static final int NORMAL = 1000;
  public static final int GOING_AWAY = 1001;
  public static final int PROTOCOL_ERROR = 1002;
  public static final int UNSUPPORTED_DATA = 1003;

  /** Never on the wire: the peer's close frame held no code. */
  public static final int NO_STATUS = 1005;

  /** Never on the wire: the connection ended without a close frame. */
  public static final int ABNORMAL = 1006;

  public static final int INVALID_PAYLOAD = 1007;
  public static final int POLICY_VIOLATION = 1008;
  public static final int MESSAGE_TOO_BIG = 1009;
  public static final int INTERNAL_ERROR = 1011;
  public static final int SERVICE_RESTART = 1012;
  public static final int TRY_AGAIN_LATER = 1013;

  private CloseCode() {}

  /**
   * Whether a close frame may carry this code (RFC 6455 section 7.4 and the registry it opened).
   */
  public static boolean isValidOnTheWire(int code) {
    if (code >= 3000 && code <= 4999) {
      return true;
    }
    return code >= 1000 && code <= 1014 && code != 1004 && code != NO_STATUS && code != ABNORMAL;
  }
}
