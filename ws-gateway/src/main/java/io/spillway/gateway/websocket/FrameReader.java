package io.spillway.gateway.websocket;

import java.nio.ByteBuffer;

/**
 * Reads a client's frames, whatever pieces they come in, and checks every rule about them that RFC
 * 6455 makes. Holds where it is in a frame and no payload, except that of a control frame that is
 * under way.
 *
 * <p>One per connection, on its I/O thread. After a {@link Violation} it isn't used again.
 */
final class FrameReader {

  /** Where frames go. */
  interface Sink {

    /** A slice of a binary message, unmasked, borrowed. */
    void data(ByteBuffer payload, boolean lastOfMessage);

    /** A whole control frame. */
    void control(int opcode, byte[] payload);
  }

  private static final int FIN = 0x80;
  private static final int RESERVED = 0x70;
  private static final int MASKED = 0x80;
  private static final int CONTROL_PAYLOAD_MAX = 125;

  private final Sink sink;

  /** How many bytes of the header have come, up to {@link #headerLength}. */
  private int headerRead;

  /** Bytes of this header: 2 until the second has come, then 6, 8 or 14. */
  private int headerLength = 2;

  private int opcode;
  private boolean fin;
  private int key;

  /** The payload's length while the header is read; afterwards what of it is still to come. */
  private long remaining;

  /** How many bytes of payload have been unmasked; only the lowest two bits matter. */
  private int maskOffset;

  /** Whether a binary message has begun and its last frame has not. */
  private boolean inMessage;

  /** The payload of the control frame under way; null at any other time. */
  private byte[] control;

  FrameReader(Sink sink) {
    this.sink = sink;
  }

  /**
   * Reads up to the end of a frame, of a slice or of the buffer, so that the caller can stop in
   * between.
   */
  void read(ByteBuffer in) {
    while (headerRead < headerLength) {
      if (!in.hasRemaining()) {
        return;
      }
      header(in.get() & 0xFF);
    }
    if (Opcode.isControl(opcode)) {
      readControl(in);
    } else {
      readData(in);
    }
  }

  private void header(int octet) {
    switch (headerRead++) {
      case 0 -> first(octet);
      case 1 -> second(octet);
      default -> {
        if (headerRead <= headerLength - 4) {
          remaining = remaining << 8 | octet;
        } else {
          key = key << 8 | octet;
        }
        if (headerRead == headerLength - 4) {
          checkLength();
        }
      }
    }
  }

  private void first(int octet) {
    // 5.2: RSV1 to RSV3 must be 0 unless an extension was negotiated; none ever is.
    if ((octet & RESERVED) != 0) {
      throw protocolError("reserved bits set without an extension");
    }
    fin = (octet & FIN) != 0;
    opcode = octet & 0x0F;
    switch (opcode) {
      case Opcode.CONTINUATION -> {
        // 5.4: there must be a message to continue.
        if (!inMessage) {
          throw protocolError("continuation frame without a message to continue");
        }
      }
      case Opcode.BINARY -> {
        // 5.4: fragments of one message must not be interleaved with those of another.
        if (inMessage) {
          throw protocolError("new message before the end of the one before");
        }
      }
      // [MQTT-6.0.0-1]: MQTT travels in binary frames.
      case Opcode.TEXT ->
          throw new Violation(CloseCode.UNSUPPORTED_DATA, "MQTT needs binary frames, not text");
      case Opcode.CLOSE, Opcode.PING, Opcode.PONG -> {
        // 5.5: control frames must not be fragmented.
        if (!fin) {
          throw protocolError("fragmented control frame");
        }
      }
      // 5.2: an unknown opcode fails the connection.
      default -> throw protocolError("reserved opcode " + opcode);
    }
  }

  private void second(int octet) {
    // 5.1: a server must close upon a frame that isn't masked.
    if ((octet & MASKED) == 0) {
      throw protocolError("frame without a mask");
    }
    int length = octet & 0x7F;
    // 5.5: control frames have a payload of 125 bytes or less.
    if (Opcode.isControl(opcode) && length > CONTROL_PAYLOAD_MAX) {
      throw protocolError("control frame longer than 125 bytes");
    }
    headerLength = length == 127 ? 14 : length == 126 ? 8 : 6;
    remaining = length > CONTROL_PAYLOAD_MAX ? 0 : length;
    maskOffset = 0;
  }

  private void checkLength() {
    // 5.2: the highest bit of a 64-bit length must be 0, and the shortest form must be used.
    if (remaining < 0) {
      throw protocolError("length with its highest bit set");
    }
    if (headerLength == 14 && remaining <= 0xFFFF || headerLength == 8 && remaining < 126) {
      throw protocolError("length " + remaining + " not in its shortest form");
    }
  }

  private void readControl(ByteBuffer in) {
    if (control == null) {
      control = new byte[(int) remaining];
    }
    int count = (int) Math.min(remaining, in.remaining());
    in.get(control, control.length - (int) remaining, count);
    remaining -= count;
    if (remaining > 0) {
      return;
    }
    byte[] payload = control;
    Masking.unmask(ByteBuffer.wrap(payload), key, 0);
    nextFrame();
    sink.control(opcode, payload);
  }

  private void readData(ByteBuffer in) {
    int count = (int) Math.min(remaining, in.remaining());
    if (count == 0 && remaining > 0) {
      return;
    }
    int limit = in.limit();
    int end = in.position() + count;
    in.limit(end);
    Masking.unmask(in, key, maskOffset);
    maskOffset += count;
    remaining -= count;
    inMessage = !fin || remaining > 0;
    boolean last = !inMessage;
    if (remaining == 0) {
      nextFrame();
    }
    try {
      if (count > 0 || last) {
        sink.data(in, last);
      }
    } finally {
      in.limit(limit).position(end);
    }
  }

  private void nextFrame() {
    headerRead = 0;
    headerLength = 2;
    control = null;
  }

  private static Violation protocolError(String message) {
    return new Violation(CloseCode.PROTOCOL_ERROR, message);
  }
}
