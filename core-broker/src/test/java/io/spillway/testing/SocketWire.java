package io.spillway.testing;

import java.io.BufferedInputStream;
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

  SocketWire(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  @Override
  public int read(Duration patience) throws IOException {
    socket.setSoTimeout(Math.max(1, (int) patience.toMillis()));
    try {
      return in.read();
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
