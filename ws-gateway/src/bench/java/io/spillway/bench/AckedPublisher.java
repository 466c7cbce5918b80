package io.spillway.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A client over TCP that publishes with QoS 1 and keeps a number of messages in flight. Reads and
 * writes as many packets at once as there are. One thread, which it blocks.
 */
final class AckedPublisher implements Closeable {
  private static final int PUBACK_LENGTH = 4;

  private final SocketChannel socket;

  AckedPublisher(SocketAddress address, String clientId, boolean cleanSession) throws IOException {
    socket = SocketChannel.open(address);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    ByteBuf connect = Unpooled.buffer();
    Wire.connect(connect, clientId, cleanSession, false);
    write(connect.nioBuffer());
    read(ByteBuffer.allocate(4));
  }

  void subscribe(String topicFilter) throws IOException {
    ByteBuf subscribe = Unpooled.buffer();
    Wire.subscribe(subscribe, topicFilter, 1, false);
    write(subscribe.nioBuffer());
    read(ByteBuffer.allocate(5));
  }

  /** Returns after what time each message was acknowledged. */
  Histogram publish(String topicName, int payloadBytes, int inFlight, Duration time)
      throws IOException {
    ByteBuf encoded = Unpooled.buffer();
    encoded.writeByte(0x32);
    Wire.remainingLength(encoded, 2 + topicName.length() + 2 + payloadBytes);
    encoded.writeShort(topicName.length());
    encoded.writeCharSequence(topicName, StandardCharsets.US_ASCII);
    int packetIdOffset = encoded.writerIndex();
    encoded.writeShort(0).writeZero(payloadBytes);
    byte[] packet = new byte[encoded.readableBytes()];
    encoded.readBytes(packet);
    ByteBuffer out = ByteBuffer.allocateDirect(packet.length * inFlight);
    ByteBuffer in = ByteBuffer.allocateDirect(PUBACK_LENGTH * inFlight);
    long[] sent = new long[65536];
    Histogram latencies = new Histogram();
    int packetId = 0;
    int room = inFlight;
    for (long end = System.nanoTime() + time.toNanos(), now = end - 1; now - end < 0; ) {
      out.clear();
      now = System.nanoTime();
      for (; room > 0; room--) {
        packetId = packetId == 65535 ? 1 : packetId + 1;
        sent[packetId] = now;
        out.put(packet);
        out.putShort(out.position() - packet.length + packetIdOffset, (short) packetId);
      }
      write(out.flip());
      readSome(in);
      now = System.nanoTime();
      for (; in.remaining() >= PUBACK_LENGTH; room++) {
        latencies.record(now - sent[in.getShort(in.position() + 2) & 0xFFFF]);
        in.position(in.position() + PUBACK_LENGTH);
      }
      in.compact();
    }
    return latencies;
  }

  /** Leaves the buffer ready to be read from. */
  private void readSome(ByteBuffer in) throws IOException {
    if (socket.read(in) < 0) {
      throw new EOFException("the broker closed the connection");
    }
    in.flip();
  }

  private void read(ByteBuffer whole) throws IOException {
    while (whole.hasRemaining()) {
      if (socket.read(whole) < 0) {
        throw new EOFException("the broker closed the connection");
      }
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
