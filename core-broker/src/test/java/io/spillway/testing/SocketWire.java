package io.spillway.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;

/** A socket as a wire. */
final class SocketWire implements Wire {
  private final Socket socket;
  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int at;
  private int end;

  SocketWire(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  @Override
  public int read(Duration patience) throws IOException {
    if (at == end) {
      socket.setSoTimeout(Math.max(1, (int) patience.toMillis()));
      try {
        end = in.read(buffer);
      } catch (SocketException e) {
        end = -1; // Reset counts as closed.
      }
      at = 0;
      if (end < 0) {
        end = 0;
        return -1;
      }
    }
    return buffer[at++] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length, Duration patience) throws IOException {
    socket.setSoTimeout(Math.max(1, (int) patience.toMillis()));
    try {
      return in.read(into, offset, length);
    } catch (SocketException e) {
      return -1; // Reset counts as closed.
    }
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
