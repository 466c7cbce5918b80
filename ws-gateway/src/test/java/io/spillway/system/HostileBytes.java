package io.spillway.system;

import static io.spillway.testing.Packets.u16;

import io.spillway.testing.Packets;
import java.util.Random;

/** What connections that mean no good send. */
final class HostileBytes {
  private HostileBytes() {}

  /** The head of a record that says it is a ClientHello, and nonsense. */
  static byte[] hello(Random random) {
    byte[] bytes = new byte[500];
    random.nextBytes(bytes);
    byte[] head = Packets.fields(0x16, 0x03, 0x01, u16(495), 0x01, 0x00, u16(491));
    System.arraycopy(head, 0, bytes, 0, head.length);
    return bytes;
  }

  /** A short frame with a mask of zeros. */
  static byte[] frame(int first, byte[] payload) {
    byte[] frame = new byte[6 + payload.length];
    frame[0] = (byte) first;
    frame[1] = (byte) (0x80 | payload.length);
    System.arraycopy(payload, 0, frame, 6, payload.length);
    return frame;
  }
}
