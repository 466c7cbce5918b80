package io.spillway.gateway.websocket;

import java.nio.ByteBuffer;

/** The header of a server's frame: final, unmasked, its length in the shortest form. */
final class FrameHeader {

  static final int LENGTH_MAX = 10;

  private static final int FIN = 0x80;

  private FrameHeader() {}

  static void put(ByteBuffer out, int opcode, long payloadLength) {
    out.put((byte) (FIN | opcode));
    if (payloadLength < 126) {
      out.put((byte) payloadLength);
    } else if (payloadLength <= 0xFFFF) {
      out.put((byte) 126).putShort((short) payloadLength);
    } else {
      out.put((byte) 127).putLong(payloadLength);
    }
  }
}
