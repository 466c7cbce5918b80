package io.spillway.gateway.websocket;

import java.nio.ByteBuffer;

/** The masking of RFC 6455 section 5.3, which is its own inverse. */
final class Masking {

  private Masking() {}

  /**
   * Unmasks what remains in a buffer, in place, without moving its position.
   *
   * @param key as it stands on the wire, first byte highest
   * @param offset how many bytes of the payload came before
   */
  static void unmask(ByteBuffer bytes, int key, int offset) {
    int rotated = Integer.rotateLeft(key, (offset & 3) << 3);
    long eight = (long) rotated << 32 | (rotated & 0xFFFFFFFFL);
    int index = bytes.position();
    int limit = bytes.limit();
    for (; index <= limit - Long.BYTES; index += Long.BYTES) {
      bytes.putLong(index, bytes.getLong(index) ^ eight);
    }
    for (int shift = 56; index < limit; index++, shift -= 8) {
      bytes.put(index, (byte) (bytes.get(index) ^ eight >>> shift));
    }
  }
}
