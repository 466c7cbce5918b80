package io.spillway.dashboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A publisher of many small QoS 0 messages at a steady rate, over plain TCP. Used by one thread.
 */
final class Flood implements AutoCloseable {
  private static final byte[] CONNECT = {
    0x10, 17, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 5, 'f', 'l', 'o', 'o', 'd'
  };
  private static final Duration TURN = Duration.ofMillis(10);

  private final Socket socket;
  private final OutputStream out;

  private Flood(Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
  }

  static Flood connect(int port) {
    try {
      Flood flood = new Flood(new Socket("127.0.0.1", port));
      flood.out.write(CONNECT);
      flood.socket.getInputStream().readNBytes(4); // CONNACK
      return flood;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Publishes {@code count} numbers round the topics {@code load/gN/tM}. */
  void publish(int count, int perSecond, int topics) {
    publish(0, count, perSecond, topics);
  }

  /** Publishes the {@code count} numbers that begin with {@code first}. */
  void publish(int first, int count, int perSecond, int topics) {
    try {
      long began = System.nanoTime();
      for (int sent = 0; sent < count; ) {
        long elapsed = System.nanoTime() - began;
        int due = (int) Math.min(count, elapsed * perSecond / 1_000_000_000L);
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        for (; sent < due; sent++) {
          batch.write(packet((first + sent) % topics, first + sent));
        }
        out.write(batch.toByteArray());
        LockSupport.parkNanos(TURN.toNanos());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] packet(int topic, int number) {
    String topicName = "load/g" + topic % 100 + "/t" + topic / 100;
    byte[] name = topicName.getBytes(StandardCharsets.UTF_8);
    byte[] payload = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    byte[] packet = new byte[4 + name.length + payload.length];
    packet[0] = 0x30;
    packet[1] = (byte) (2 + name.length + payload.length);
    packet[3] = (byte) name.length;
    System.arraycopy(name, 0, packet, 4, name.length);
    System.arraycopy(payload, 0, packet, 4 + name.length, payload.length);
    return packet;
  }

  @Override
  public void close() {
    try {
      out.write(new byte[] {(byte) 0xe0, 0});
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
