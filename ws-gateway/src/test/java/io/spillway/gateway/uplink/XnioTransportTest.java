package io.spillway.gateway.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.spillway.link.Link;
import io.spillway.link.LinkCloseReason;
import io.spillway.link.LinkListener;
import io.spillway.link.LinkSettings;
import io.spillway.link.LinkStream;
import io.spillway.link.OpenFacts;
import io.spillway.link.PeerFacts;
import io.spillway.link.StreamListener;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** A link's bytes on a socket whose other end reads when it likes. */
class XnioTransportTest {
  /** More than the systems' socket buffers and the high-water mark hold. */
  private static final int FLOOD = 32 * 1024 * 1024;

  private static final int CHUNK = 64 * 1024;

  private XnioWorker worker;
  private StreamConnection connection;
  private Socket peer;
  private XnioTransport transport;

  @BeforeEach
  void connect() throws Exception {
    worker =
        Xnio.getInstance()
            .createWorker(
                OptionMap.create(Options.WORKER_IO_THREADS, 1, Options.THREAD_DAEMON, true));
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      connection =
          worker
              .openStreamConnection(
                  new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()),
                  null,
                  OptionMap.EMPTY)
              .get();
      peer = listener.accept();
      peer.setSoTimeout(10_000);
    }
    transport = new XnioTransport(connection, PooledByteBufAllocator.DEFAULT);
    onThread(
        () -> {
          LinkSettings settings = LinkSettings.of("gateway", "1", null);
          transport.start(Link.gateway(settings, transport, new Events()));
          return null;
        });
  }

  @AfterEach
  void disconnect() throws Exception {
    onThread(
        () -> {
          transport.close();
          return null;
        });
    peer.close();
    IoUtils.safeClose(connection);
    worker.shutdownNow();
    worker.awaitTermination(10, TimeUnit.SECONDS);
  }

  @Test
  void whatTheSocketTakesAtOnceLeavesItWritable() throws Exception {
    boolean writable =
        onThread(
            () -> {
              write(CHUNK);
              transport.flush();
              return transport.isWritable();
            });

    assertTrue(writable);
    assertEquals(CHUNK, peer.getInputStream().readNBytes(CHUNK).length);
  }

  @Test
  void aPeerThatReadsNothingMakesItUnwritableAndOneThatReadsWritableAgain() throws Exception {
    boolean writable =
        onThread(
            () -> {
              for (int sent = 0; sent < FLOOD; sent += CHUNK) {
                write(CHUNK);
                transport.flush();
              }
              return transport.isWritable();
            });
    assertFalse(writable);

    InputStream in = peer.getInputStream();
    byte[] bytes = new byte[CHUNK];
    for (int i = 0; i < FLOOD / CHUNK; i++) {
      assertEquals(CHUNK, in.readNBytes(bytes, 0, CHUNK));
    }

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!onThread(transport::isWritable)) {
      assertTrue(System.nanoTime() < deadline, "everything has been read and it isn't writable");
      Thread.onSpinWait();
    }
  }

  /** Nothing is expected: the peer never answers the link's HELLO. */
  private static final class Events implements LinkListener {
    @Override
    public void ready(PeerFacts peer) {}

    @Override
    public StreamListener opened(LinkStream stream, OpenFacts facts) {
      throw new AssertionError("a gateway's link");
    }

    @Override
    public void closed(LinkCloseReason reason, String text) {}
  }

  private void write(int length) {
    transport.write(transport.allocator().directBuffer(length).writeZero(length));
  }

  private <T> T onThread(Callable<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    connection
        .getIoThread()
        .execute(
            () -> {
              try {
                done.complete(task.call());
              } catch (Exception e) {
                done.completeExceptionally(e);
              }
            });
    return done.orTimeout(10, TimeUnit.SECONDS).join();
  }
}
