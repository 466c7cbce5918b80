package io.spillway.gateway.websocket;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * What a close frame says (RFC 6455 section 5.5.1).
 *
 * @param code {@link CloseCode#NO_STATUS} if the frame is empty
 * @param reason may be empty
 */
record ClosePayload(int code, String reason) {

  private static final int REASON_BYTES_MAX = 123;

  static ClosePayload parse(byte[] payload) {
    if (payload.length == 0) {
      return new ClosePayload(CloseCode.NO_STATUS, "");
    }
    if (payload.length == 1) {
      throw new Violation(CloseCode.PROTOCOL_ERROR, "close frame with half a code");
    }
    int code = (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    if (!CloseCode.isValidOnTheWire(code)) {
      throw new Violation(CloseCode.PROTOCOL_ERROR, "close frame with code " + code);
    }
    try {
      ByteBuffer text = ByteBuffer.wrap(payload, 2, payload.length - 2);
      return new ClosePayload(code, StandardCharsets.UTF_8.newDecoder().decode(text).toString());
    } catch (CharacterCodingException e) {
      throw new Violation(CloseCode.INVALID_PAYLOAD, "close reason that is not UTF-8");
    }
  }

  /** The payload on the wire; a reason that is too long ends at the last whole character. */
  byte[] bytes() {
    if (code == CloseCode.NO_STATUS) {
      return new byte[0];
    }
    ByteBuffer out = ByteBuffer.allocate(2 + REASON_BYTES_MAX).putShort((short) code);
    CharBuffer in = CharBuffer.wrap(reason);
    CoderResult result = StandardCharsets.UTF_8.newEncoder().encode(in, out, true);
    if (result.isError()) {
      throw new IllegalArgumentException("close reason with half a surrogate pair");
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }
}
