package io.spillway.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Bytes to and from a server, whatever carries them: a socket here, a WebSocket elsewhere. Used by
 * one thread.
 */
public interface Wire extends AutoCloseable {

  void write(byte[] bytes) throws IOException;

  /**
   * Reads the next byte.
   *
   * @return -1 when the server has closed
   * @throws SocketTimeoutException nothing came in time
   */
  int read(Duration patience) throws IOException;

  /**
   * Reads some of the next bytes, at least one.
   *
   * @return how many; -1 when the server has closed
   * @throws SocketTimeoutException nothing came in time
   */
  default int read(byte[] into, int offset, int length, Duration patience) throws IOException {
    int b = read(patience);
    if (b < 0) {
      return -1;
    }
    into[offset] = (byte) b;
    return 1;
  }

  @Override
  void close();

  /** A plain socket to a port of this machine. */
  static Wire tcp(int port) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    return of(socket);
  }

  /** A socket that is connected already, with TLS for instance. */
  static Wire of(Socket socket) throws IOException {
    return new SocketWire(socket);
  }
}
