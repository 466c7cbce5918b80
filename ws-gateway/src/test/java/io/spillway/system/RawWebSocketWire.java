package io.spillway.system;

import io.spillway.testing.Wire;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A WebSocket by hand on a socket with a small receive buffer: it takes nothing that isn't read, as
 * a page does whose script hangs. Used by one thread.
 */
final class RawWebSocketWire implements Wire {
  private static final int RECEIVE_BUFFER = 16 * 1024;
  private static final int BINARY_FRAME = 0x82;
  private static final int CLOSE_FRAME = 0x88;
  private static final int PONG_FRAME = 0x8A;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private byte[] message = {};
  private int at;

  RawWebSocketWire(int port, String... moreHeaders) {
    this(connected(port), moreHeaders);
  }

  /** Over a socket that is connected already, and on which something may have been sent. */
  RawWebSocketWire(Socket connected, String... moreHeaders) {
    socket = connected;
    try {
      in = new DataInputStream(socket.getInputStream());
      out = new DataOutputStream(socket.getOutputStream());
      out.write(
          """
          GET /mqtt HTTP/1.1
          Host: localhost
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
          Sec-WebSocket-Protocol: mqtt
          %s
          """
              .formatted(String.join("\n", moreHeaders) + (moreHeaders.length > 0 ? "\n" : ""))
              .replace("\n", "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      for (int last4 = 0; last4 != 0x0D0A0D0A; ) {
        last4 = last4 << 8 | in.readUnsignedByte();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  InetSocketAddress localAddress() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  static Socket connected(int port) {
    try {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
      return socket;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    if (bytes.length > 125) {
      throw new IllegalArgumentException("short messages only");
    }
    byte[] frame = new byte[6 + bytes.length];
    frame[0] = (byte) BINARY_FRAME;
    frame[1] = (byte) (0x80 | bytes.length);
    System.arraycopy(bytes, 0, frame, 6, bytes.length); // The mask is zero.
    out.write(frame);
  }

  @Override
  public int read(Duration patience) throws IOException {
    socket.setSoTimeout(Math.max(1, (int) patience.toMillis()));
    while (at == message.length) {
      int first = in.readUnsignedByte();
      int length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = (int) in.readLong();
      }
      message = in.readNBytes(length);
      at = first == PONG_FRAME ? length : 0;
      if (first == CLOSE_FRAME) {
        return -1;
      }
    }
    return message[at++] & 0xFF;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
