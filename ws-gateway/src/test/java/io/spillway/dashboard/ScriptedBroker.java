package io.spillway.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A broker that answers every CONNECT with the same bytes, perhaps with none, and then says nothing
 * more. Each connection has a thread of its own.
 */
final class ScriptedBroker implements AutoCloseable {
  private final ServerSocket listener;
  private final byte[] answer;
  private final AtomicInteger connects = new AtomicInteger();

  private ScriptedBroker(ServerSocket listener, byte[] answer) {
    this.listener = listener;
    this.answer = answer;
  }

  static ScriptedBroker answering(int... answer) throws IOException {
    byte[] bytes = new byte[answer.length];
    for (int i = 0; i < answer.length; i++) {
      bytes[i] = (byte) answer[i];
    }
    ScriptedBroker broker =
        new ScriptedBroker(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), bytes);
    start(broker::accept);
    return broker;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Connections on which something came: a gateway opens some in advance. */
  int connects() {
    return connects.get();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        start(() -> serve(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket client) {
    byte[] bytes = new byte[4_096];
    try (client;
        InputStream in = client.getInputStream()) {
      boolean isFirst = true;
      while (in.read(bytes) > 0) {
        if (isFirst) {
          connects.incrementAndGet();
          client.getOutputStream().write(answer);
          isFirst = false;
        }
      }
    } catch (IOException e) {
      // The client went away.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "scripted-broker");
    thread.setDaemon(true);
    thread.start();
  }
}
