package io.spillway.system;

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
      Thread flood = flood(socket, pings());

      expectStandstill(flood);

      socket.getInputStream().readNBytes(1_000_000); // Answers: it goes on.
      socket.close();
      flood.join(PATIENCE.toMillis());
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
      Thread flood = flood(socket, frame.toByteArray());

      expectStandstill(flood);

      other.expectNothing();
      for (int i = 0; i < 100_000; i++) {
        asking.expect(Packets.pingresp());
      }
      socket.close();
      flood.join(PATIENCE.toMillis());
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

  private static Thread flood(Socket socket, byte[] bytes) {
    Thread thread = new Thread(() -> send(socket, bytes), "0");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** The thread's name is how many it has sent. */
  private static void send(Socket socket, byte[] bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      for (int sent = 1; sent <= TIMES; sent++) {
        out.write(bytes);
        Thread.currentThread().setName(String.valueOf(sent));
      }
    } catch (IOException e) {
      // Closed in the midst of it.
    }
  }

  /** Returns when nothing has been taken for two seconds; all of it never is. */
  private static void expectStandstill(Thread flood) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    String before = "";
    for (int still = 0; still < STILL_CHECKS; ) {
      flood.join(100);
      assertTrue(flood.isAlive(), "all that was sent has been taken");
      assertTrue(System.nanoTime() < deadline, "it never stands still");
      still = flood.getName().equals(before) ? still + 1 : 0;
      before = flood.getName();
    }
  }
}
