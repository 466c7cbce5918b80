package io.spillway.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Takes a server's byte stream apart, in pieces of any size, and keeps nothing but counters: large
 * payloads are passed over where they lie. On its connection's event loop.
 */
final class PacketReader {
  /** What the stream holds. */
  interface Listener {
    /**
     * @param time the payload's first eight bytes, 0 where it is shorter
     */
    void publish(int qos, int packetId, long time);

    /**
     * @param second the second byte after the length: CONNACK's return code
     * @param last the last byte of the first four: SUBACK's first return code
     */
    void packet(int type, int second, int last);

    void ping();

    void closed(String why);
  }

  private final Listener listener;
  private final boolean webSocket;

  // The frame: 0 first byte, 1 second byte, 2 longer length, 3 payload.
  private int frameState;
  private int frameOpcode;
  private int frameLengthBytes;
  private long frameLeft;

  // A close frame's payload.
  private final StringBuilder goodbye = new StringBuilder();

  // The packet: 0 type, 1 length, 2 body.
  private int state;
  private int type;
  private int lengthShift;
  private int length;
  private int at;
  private int topicBytes;
  private int packetId;
  private long time;
  private int first;

  PacketReader(Listener listener, boolean webSocket) {
    this.listener = listener;
    this.webSocket = webSocket;
  }

  void read(ByteBuf in) {
    if (!webSocket) {
      packets(in, in.writerIndex());
      return;
    }
    while (in.isReadable()) {
      if (frameState < 3) {
        frameHeader(in.readUnsignedByte());
      } else {
        int take = (int) Math.min(frameLeft, in.readableBytes());
        int end = in.readerIndex() + take;
        if (frameOpcode <= 2) {
          packets(in, end);
        } else {
          if (frameOpcode == 8) {
            goodbye.append(in.toString(in.readerIndex(), take, StandardCharsets.ISO_8859_1));
          }
          in.readerIndex(end);
        }
        frameLeft -= take;
      }
      if (frameState == 3 && frameLeft == 0) {
        frameState = 0;
        control();
      }
    }
  }

  private void frameHeader(int octet) {
    switch (frameState) {
      case 0 -> {
        frameOpcode = octet & 0x0f;
        frameState = 1;
      }
      case 1 -> {
        frameLengthBytes = octet == 126 ? 2 : octet == 127 ? 8 : 0;
        frameLeft = frameLengthBytes == 0 ? octet : 0;
        frameState = frameLengthBytes == 0 ? 3 : 2;
      }
      default -> {
        frameLeft = frameLeft << 8 | octet;
        if (--frameLengthBytes == 0) {
          frameState = 3;
        }
      }
    }
  }

  private void control() {
    if (frameOpcode == 9) {
      listener.ping();
    } else if (frameOpcode == 8) {
      listener.closed("the server closed the WebSocket" + whyClosed());
    }
  }

  /** The close frame's code and reason. */
  private String whyClosed() {
    return goodbye.length() < 2
        ? ""
        : ": " + (goodbye.charAt(0) << 8 | goodbye.charAt(1)) + " " + goodbye.substring(2);
  }

  private void packets(ByteBuf in, int end) {
    while (in.readerIndex() < end) {
      switch (state) {
        case 0 -> {
          if (!wholeSmallPublish(in, end)) {
            begin(in.readUnsignedByte());
          }
        }
        case 1 -> length(in.readUnsignedByte());
        default -> body(in, end);
      }
    }
  }

  /** The common case in one go. */
  private boolean wholeSmallPublish(ByteBuf in, int end) {
    int index = in.readerIndex();
    if (end - index < 2) {
      return false;
    }
    int octet = in.getUnsignedByte(index);
    int size = in.getByte(index + 1);
    if (octet >> 4 != 3 || size < 0 || end - index < 2 + size) {
      return false;
    }
    int qos = octet >> 1 & 3;
    int topic = in.getUnsignedShort(index + 2);
    int after = index + 4 + topic;
    int id = qos > 0 ? in.getUnsignedShort(after) : 0;
    int payload = after + (qos > 0 ? 2 : 0);
    in.readerIndex(index + 2 + size);
    listener.publish(qos, id, index + 2 + size - payload >= 8 ? in.getLong(payload) : 0);
    return true;
  }

  private void begin(int octet) {
    type = octet;
    length = 0;
    lengthShift = 0;
    state = 1;
  }

  private void length(int octet) {
    length |= (octet & 0x7f) << lengthShift;
    lengthShift += 7;
    if (octet < 128) {
      at = 0;
      topicBytes = 0;
      packetId = 0;
      time = 0;
      first = 0;
      state = 2;
      if (length == 0) {
        complete();
      }
    }
  }

  private void body(ByteBuf in, int end) {
    int payload = 2 + topicBytes + ((type >> 1 & 3) > 0 ? 2 : 0);
    boolean publish = type >> 4 == 3;
    if (publish && at >= 2 && at < 2 + topicBytes) {
      skip(in, Math.min(end - in.readerIndex(), 2 + topicBytes - at));
    } else if (publish && at >= payload + 8 || !publish && at >= 4) {
      skip(in, Math.min(end - in.readerIndex(), length - at));
    } else {
      int octet = in.readUnsignedByte();
      if (!publish) {
        first = first << 8 | octet;
      } else if (at < 2) {
        topicBytes = topicBytes << 8 | octet;
      } else if (at < payload) {
        packetId = packetId << 8 | octet;
      } else {
        time = time << 8 | octet;
      }
      at++;
    }
    if (at == length) {
      complete();
    }
  }

  private void skip(ByteBuf in, int count) {
    in.skipBytes(count);
    at += count;
  }

  private void complete() {
    state = 0;
    if (type >> 4 == 3) {
      listener.publish(type >> 1 & 3, packetId, time);
    } else {
      int second = at >= 2 ? first >> 8 * (Math.min(at, 4) - 2) & 0xff : 0;
      listener.packet(type >> 4, second, first & 0xff);
    }
  }
}
