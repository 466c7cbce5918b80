package io.spillway.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The network between browser and gateway: carries TCP connections, and can be cut and mended.
 * While it is cut, connections that are opened are reset at once and counted.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean cut;

  private Relay(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  static Relay to(int port) {
    try {
      Relay relay = new Relay(new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1")), port);
      start(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  void cut() {
    refused.set(0);
    cut = true;
    open.forEach(Relay::reset);
  }

  void mend() {
    cut = false;
  }

  /** Connections tried since the cut. */
  int refused() {
    return refused.get();
  }

  @Override
  public void close() {
    open.forEach(Relay::reset);
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        if (cut) {
          refused.incrementAndGet();
          reset(near);
          continue;
        }
        Socket far = new Socket(InetAddress.getByName("127.0.0.1"), target);
        open.add(near);
        open.add(far);
        start(() -> carry(near, far));
        start(() -> carry(far, near));
      } catch (IOException e) {
        // Closed, or the gateway is away: the next connection may fare better.
      }
    }
  }

  private void carry(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[64 * 1024];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        out.write(bytes, 0, count);
      }
    } catch (IOException e) {
      // One side ended; so does the other.
    }
    reset(from);
    reset(to);
    open.remove(from);
    open.remove(to);
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }
}
