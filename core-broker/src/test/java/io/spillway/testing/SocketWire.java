package io.spillway.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** A socket as a wire. */
final class SocketWire implements Wire {
  private static final int WRITE_SECONDS = 120;
  private static final ScheduledThreadPoolExecutor WATCH =
      new ScheduledThreadPoolExecutor(1, SocketWire::daemon);

  static {
    WATCH.setRemoveOnCancelPolicy(true);
  }

  private final Socket socket;
  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int at;
  private int end;

  SocketWire(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /** A peer that stops reading fails the test, which would wait for ever otherwise. */
  @Override
  public void write(byte[] bytes) throws IOException {
    Future<?> end = WATCH.schedule(this::close, WRITE_SECONDS, TimeUnit.SECONDS);
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    end.cancel(false);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "writes that never end");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public int read(Duration patience) throws IOException {
    if (at == end) {
      try {
        socket.setSoTimeout(Math.max(1, (int) patience.toMillis()));
        end = in.read(buffer);
      } catch (SocketException | SSLException e) {
        end = -1; // Reset counts as closed, and so does a handshake that was cut.
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
    try {
      socket.setSoTimeout(Math.max(1, (int) patience.toMillis()));
      return in.read(into, offset, length);
    } catch (SocketException | SSLException e) {
      return -1; // As above.
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
