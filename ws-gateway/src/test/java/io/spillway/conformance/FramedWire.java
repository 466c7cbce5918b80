package io.spillway.conformance;

import io.spillway.testing.Wire;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A WebSocket by hand on a socket, with TLS or without: each write is a binary message of one
 * frame, and what comes is read byte by byte across frames. Used by one thread.
 */
final class FramedWire implements Wire {
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final String answer;

  /** 0 until the server's close frame was read. */
  private int closeCode;

  private ByteBuffer message = ByteBuffer.allocate(0);

  /** Upgrades. */
  FramedWire(Socket socket) {
    try {
      this.socket = socket;
      socket.setTcpNoDelay(true);
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      out = socket.getOutputStream();
      out.write(
          """
          GET /mqtt HTTP/1.1
          Host: localhost
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
          Sec-WebSocket-Protocol: mqtt

          """
              .replace("\n", "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      answer = head();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!answer.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError(answer);
    }
  }

  private String head() throws IOException {
    socket.setSoTimeout(10_000);
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** The server's answer to the upgrade. */
  String answer() {
    return answer;
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    frame(0x80 | BINARY, bytes);
  }

  void writeText(String text) throws IOException {
    frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** One frame of a message; {@code first} and {@code last} say which. */
  void writeFragment(byte[] bytes, boolean first, boolean last) throws IOException {
    frame((first ? BINARY : 0) | (last ? 0x80 : 0), bytes);
  }

  private void frame(int head, byte[] payload) throws IOException {
    int mask = ThreadLocalRandom.current().nextInt();
    ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) head);
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else if (payload.length < 65_536) {
      frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    frame.putInt(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ mask >>> 8 * (3 - i % 4)));
    }
    out.write(frame.array(), 0, frame.position());
    out.flush();
  }

  @Override
  public int read(Duration patience) throws IOException {
    while (!message.hasRemaining()) {
      socket.setSoTimeout(Math.max(1, (int) patience.toMillis()));
      if (!readFrame()) {
        return -1;
      }
    }
    return message.get() & 0xFF;
  }

  /** False when the server has closed. */
  private boolean readFrame() throws IOException {
    try {
      int head = in.readUnsignedByte() & 0x0F;
      int short7 = in.readUnsignedByte();
      int length =
          short7 < 126 ? short7 : short7 == 126 ? in.readUnsignedShort() : (int) in.readLong();
      byte[] payload = new byte[length];
      in.readFully(payload);
      switch (head) {
        case 0, BINARY -> message = ByteBuffer.wrap(payload);
        case PING -> frame(0x80 | 10, payload);
        case CLOSE -> {
          closeCode = length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
          return false;
        }
        default -> {}
      }
      return true;
    } catch (EOFException | SocketException e) {
      return false;
    }
  }

  int closeCode() {
    return closeCode;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
