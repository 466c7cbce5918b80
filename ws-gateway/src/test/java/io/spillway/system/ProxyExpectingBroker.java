package io.spillway.system;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;

/**
 * A broker by hand that hangs up on whoever doesn't begin with a PROXY header of version 2, as read
 * from its specification. It accepts every CONNECT, answers PINGREQ and echoes the rest. Threads of
 * its own.
 */
final class ProxyExpectingBroker implements AutoCloseable {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final int VERSION_2_PROXY = 0x21;
  private static final int TCP4 = 0x11;
  private static final int TCP6 = 0x21;

  private final ServerSocket listener;
  private final BlockingQueue<Client> clients = new LinkedBlockingQueue<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger spoken = new AtomicInteger();

  /** A connection that has said who its client is. */
  record Client(
      InetSocketAddress source,
      InetSocketAddress destination,
      String clientId,
      CompletableFuture<Void> ended) {
    boolean isOpen() {
      return !ended.isDone();
    }

    void awaitEnd() {
      ended.orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  ProxyExpectingBroker() {
    try {
      listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start("proxied-accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Connections so far. */
  int opened() {
    return opened.get();
  }

  /** Those of them on which a byte has come. */
  int spoken() {
    return spoken.get();
  }

  /** The next client in the order of their CONNECTs. */
  Client next() {
    try {
      Client next = clients.poll(10, TimeUnit.SECONDS);
      Assertions.assertNotNull(next, "no client in time");
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        opened.incrementAndGet();
        start("proxied", () -> serve(socket));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket socket) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    try (socket;
        DataInputStream in = new DataInputStream(socket.getInputStream())) {
      byte[] signature = in.readNBytes(SIGNATURE.length() / 2);
      spoken.addAndGet(signature.length > 0 ? 1 : 0);
      if (!SIGNATURE.equals(HexFormat.of().formatHex(signature))
          || in.readUnsignedByte() != VERSION_2_PROXY) {
        return;
      }
      int family = in.readUnsignedByte();
      int length = in.readUnsignedShort();
      int width = family == TCP4 ? 4 : 16;
      if (family != TCP4 && family != TCP6 || length != 2 * width + 4) {
        return;
      }
      InetAddress source = InetAddress.getByAddress(in.readNBytes(width));
      InetAddress destination = InetAddress.getByAddress(in.readNBytes(width));
      int sourcePort = in.readUnsignedShort();
      int destinationPort = in.readUnsignedShort();
      byte[] connect = packet(in);
      int at = 2 + 2 + 4 + 1 + 1 + 2;
      int idLength = connect[at] << 8 | connect[at + 1];
      clients.add(
          new Client(
              new InetSocketAddress(source, sourcePort),
              new InetSocketAddress(destination, destinationPort),
              new String(connect, at + 2, idLength, StandardCharsets.UTF_8),
              ended));
      OutputStream out = socket.getOutputStream();
      out.write(new byte[] {0x20, 2, 0, 0});
      while (true) {
        byte[] packet = packet(in);
        out.write(packet[0] == (byte) 0xC0 ? new byte[] {(byte) 0xD0, 0} : packet);
      }
    } catch (IOException e) {
      // The gateway has closed it.
    } finally {
      ended.complete(null);
    }
  }

  /** A packet of less than 128 bytes. */
  private static byte[] packet(DataInputStream in) throws IOException {
    byte first = in.readByte();
    byte length = in.readByte();
    byte[] packet = Arrays.copyOf(new byte[] {first, length}, 2 + length);
    in.readFully(packet, 2, length);
    return packet;
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
