package io.spillway.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * MQTT 3.1.1 packets of a client, and the WebSocket frames around them. The masking key is 0, so
 * that masking costs the generator nothing; the server does its part of the work all the same.
 */
final class Wire {
  private Wire() {}

  static byte[] upgrade(String host, String path) {
    return ("GET "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: mqtt\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  static void connect(ByteBuf out, String clientId, boolean cleanSession, boolean webSocket) {
    byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
    int length = 10 + 2 + id.length;
    header(out, webSocket, 2 + length);
    out.writeByte(0x10).writeByte(length);
    out.writeShort(4).writeBytes(new byte[] {'M', 'Q', 'T', 'T', 4});
    out.writeByte(cleanSession ? 2 : 0).writeShort(600);
    out.writeShort(id.length).writeBytes(id);
  }

  static void subscribe(ByteBuf out, String topicFilter, int qos, boolean webSocket) {
    byte[] filter = topicFilter.getBytes(StandardCharsets.UTF_8);
    int length = 2 + 2 + filter.length + 1;
    header(out, webSocket, 2 + length);
    out.writeByte(0x82).writeByte(length).writeShort(1);
    out.writeShort(filter.length).writeBytes(filter).writeByte(qos);
  }

  static void disconnect(ByteBuf out, boolean webSocket) {
    header(out, webSocket, 2);
    out.writeByte(0xe0).writeByte(0);
  }

  static void pong(ByteBuf out) {
    out.writeByte(0x8a).writeByte(0x80).writeInt(0);
  }

  /** A masked binary frame's header where there is a WebSocket, otherwise nothing. */
  static void header(ByteBuf out, boolean webSocket, int length) {
    if (!webSocket) {
      return;
    }
    out.writeByte(0x82);
    if (length < 126) {
      out.writeByte(0x80 | length);
    } else if (length < 65536) {
      out.writeByte(0x80 | 126).writeShort(length);
    } else {
      out.writeByte(0x80 | 127).writeLong(length);
    }
    out.writeInt(0);
  }

  static void remainingLength(ByteBuf out, int length) {
    int left = length;
    while (left > 127) {
      out.writeByte(left & 0x7f | 0x80);
      left >>>= 7;
    }
    out.writeByte(left);
  }

  static int remainingLengthSize(int length) {
    return length < 128 ? 1 : length < 16384 ? 2 : length < 2097152 ? 3 : 4;
  }
}
