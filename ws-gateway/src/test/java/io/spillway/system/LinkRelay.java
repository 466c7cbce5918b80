package io.spillway.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network between gateway and core: carries TCP connections until it is told to reset them or
 * to swallow what they bring. Threads of its own.
 */
final class LinkRelay implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean swallowing;
  private volatile boolean refusing;

  LinkRelay(int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start("relay-accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Resets every connection; new ones go on. */
  void reset() {
    for (Socket socket : open) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // It has ended by itself.
      }
      close(socket);
    }
  }

  /** Resets every connection, and those to come. */
  void refuse() {
    refusing = true;
    reset();
  }

  /** Takes everything and carries nothing, without a word to anybody. */
  void swallow() {
    swallowing = true;
  }

  /** What is carried from now on arrives again; new connections only, as bytes are missing. */
  void mend() {
    swallowing = false;
    refusing = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        if (refusing) {
          near.setSoLinger(true, 0);
          near.close();
          continue;
        }
        Socket far = new Socket(InetAddress.getByName("127.0.0.1"), target);
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        open.add(near);
        open.add(far);
        start("relay-up", () -> carry(near, far));
        start("relay-down", () -> carry(far, near));
      } catch (IOException e) {
        // Closed, or the core is away; the gateway sees its connection end.
      }
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] bytes = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (!swallowing) {
          out.write(bytes, 0, n);
        }
      }
    } catch (IOException e) {
      // One end has gone; so goes the other.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It has ended by itself.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(LinkRelay::close);
  }
}
