package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.RoleProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Clients that ask on and on and read no answer are read no further. Core and gateway are processes
 * of their own, without the search for leaked buffers, which would bound by itself what they take.
 */
class UnreadAnswersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Of PINGREQs, 164 MB in all; what sockets take is less than a tenth. */
  private static final int PACKET_BYTES = 4096;

  private static final int TIMES = 40_000;
  private static final int STILL_CHECKS = 20;

  private static final int TCP_PORT = Ports.free();
  private static final int LINK_PORT = Ports.free();
  private static final int HTTP_PORT = Ports.free();

  private static RoleProcess core;
  private static RoleProcess gateway;

  @BeforeAll
  static void start() {
    core = RoleProcess.core(List.of("-Xmx256m"), TCP_PORT, LINK_PORT);
    gateway = RoleProcess.gateway(HTTP_PORT, LINK_PORT);
    TestSystem.await("a link", PATIENCE, UnreadAnswersTest::isReady);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    core.close();
  }

  @Test
  void overTcp() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), TCP_PORT)) {
      socket.getOutputStream().write(Packets.connect311("asking"));
      socket.setSoTimeout(30_000);
      socket.getInputStream().readNBytes(4); // CONNACK.
      Flood flood = new Flood(socket, pings());

      flood.expectStandstill();

      socket.getInputStream().readNBytes(1_000_000); // Answers: it goes on.
      socket.close();
      flood.expectEnd();
    }
  }

  @Test
  void overWebSocket() throws Exception {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes(Packets.hex("82 fe 10 00 00 00 00 00"));
    frame.writeBytes(pings());
    try (Socket socket = RawWebSocketWire.connected(HTTP_PORT);
        RawClient asking = new RawClient(new RawWebSocketWire(socket));
        RawClient other = new RawClient(WebSocketWire.connect(HTTP_PORT, "/mqtt"))) {
      asking.connect311("asking").expectNothing();
      other.connect311("other");
      Flood flood = new Flood(socket, frame.toByteArray());

      flood.expectStandstill();

      other.expectNothing();
      for (int i = 0; i < 100_000; i++) {
        asking.expect(Packets.pingresp());
      }
      socket.close();
      flood.expectEnd();
    }
  }

  private static boolean isReady() {
    try {
      return PlainHttp.get(HTTP_PORT, "/readyz", 1000).startsWith("200 ");
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] pings() {
    byte[] pings = new byte[PACKET_BYTES];
    for (int i = 0; i < pings.length; i += 2) {
      pings[i] = (byte) 0xC0; // PINGREQ.
    }
    return pings;
  }

  /** Somebody who sends the same again and again. */
  private static final class Flood {
    private final Thread thread;
    private volatile int sent;

    Flood(Socket socket, byte[] bytes) {
      thread = new Thread(() -> send(socket, bytes), "flood");
      thread.setDaemon(true);
      thread.start();
    }

    private void send(Socket socket, byte[] bytes) {
      try {
        OutputStream out = socket.getOutputStream();
        while (sent < TIMES) {
          out.write(bytes);
          sent++;
        }
      } catch (IOException e) {
        // Closed in the midst of it.
      }
    }

    /** Returns when nothing has been taken for two seconds; all of it never is. */
    void expectStandstill() throws InterruptedException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      int before = -1;
      for (int still = 0; still < STILL_CHECKS; ) {
        thread.join(100);
        assertTrue(thread.isAlive(), "all that was sent has been taken");
        assertTrue(System.nanoTime() < deadline, "it never stands still");
        still = sent == before ? still + 1 : 0;
        before = sent;
      }
    }

    /** The socket is closed; it ends. */
    void expectEnd() throws InterruptedException {
      thread.join(PATIENCE.toMillis());
      assertFalse(thread.isAlive(), "it still sends");
    }
  }
}
