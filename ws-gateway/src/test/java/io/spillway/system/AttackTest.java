package io.spillway.system;

import static io.spillway.gateway.websocket.RawClient.UPGRADE;
import static io.spillway.system.HostileBytes.frame;
import static io.spillway.system.HostileBytes.hello;
import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.publish311;
import static io.spillway.testing.Packets.subscribe311;
import static io.spillway.testing.Packets.u16;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Floods of hostile connections, of each kind for a while, with a client on either side that wants
 * nothing but an answer to its ping. {@code -Dattack.seconds=20} for longer, and a table of the
 * worst round trips.
 */
class AttackTest {
  private static final long NANOS =
      (long) (Double.parseDouble(System.getProperty("attack.seconds", "0.4")) * 1e9);

  private static final int ATTACKERS = 4;

  /** With other tests about. What is measured alone is in the table. */
  private static final Duration WORST = Duration.ofSeconds(8);

  /** What one attacker does with one connection. */
  private interface Attack {
    void on(Socket socket, Random random) throws IOException;
  }

  private record Kind(String name, boolean webSocket, Attack attack) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("connections that are closed at once", false, (socket, random) -> {}),
          new Kind(
              "connections that are reset", true, (socket, random) -> socket.setSoLinger(true, 0)),
          new Kind("random bytes at the MQTT port", false, AttackTest::noise),
          new Kind("random bytes at the HTTP port", true, AttackTest::noise),
          new Kind("requests with thousands of headers", true, AttackTest::headers),
          new Kind("pipelined requests", true, AttackTest::pipeline),
          new Kind("upgrades that are given up", true, (s, r) -> send(s, UPGRADE)),
          new Kind("WebSocket frames with random heads", true, AttackTest::frames),
          new Kind("mutated MQTT packets over TCP", false, AttackTest::packets),
          new Kind("mutated MQTT packets over WebSocket", true, AttackTest::packetsInFrames),
          new Kind("CONNECT floods", false, (s, r) -> send(s, connect5("c" + r.nextInt()))),
          new Kind("deep topics and wildcards", false, AttackTest::deep),
          new Kind("packets of one byte per frame", true, AttackTest::crumbs),
          new Kind("TLS handshakes at the plain port", true, (s, r) -> send(s, hello(r))));

  private Level leakDetection;

  /** It makes a stack trace for each byte that is read, so floods of small packets would wait. */
  @BeforeEach
  void withoutSearchForLeaks() {
    leakDetection = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(Level.SIMPLE);
  }

  @AfterEach
  void searchForLeaksAgain() {
    ResourceLeakDetector.setLevel(leakDetection);
  }

  @Test
  void aHealthyClientIsAnsweredWhateverOthersSend() throws Exception {
    List<String> table = new ArrayList<>();
    try (TestSystem system = TestSystem.start("log.connection-messages = false");
        RawClient device = system.device().connect311("device");
        RawClient browser = system.browser().connect311("browser")) {
      for (Kind kind : KINDS) {
        int port = kind.webSocket ? system.httpPort() : system.tcpPort();
        table.add(run(kind, port, device, browser));
      }
      device.subscribe("t", 0);
      browser.publish("t", "alive");
      device.expectPublish("t", "alive");
      assertTrue(
          system.log().stream().noneMatch(line -> line.contains("Error")),
          () -> String.join("\n", system.log()));
    }
    System.out.println(
        "| attack | connections | worst round trip: device | browser |\n|---|---:|---:|---:|\n"
            + String.join("\n", table));
  }

  private static String run(Kind kind, int port, RawClient device, RawClient browser)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong connections = new AtomicLong();
    List<Thread> attackers = new ArrayList<>();
    for (int i = 0; i < ATTACKERS; i++) {
      Random random = new Random(i);
      Thread attacker = new Thread(() -> attack(kind, port, random, over, connections));
      attacker.start();
      attackers.add(attacker);
    }
    long end = System.nanoTime() + NANOS;
    long worstDevice = 0;
    long worstBrowser = 0;
    while (System.nanoTime() < end) {
      worstDevice = Math.max(worstDevice, ping(device));
      worstBrowser = Math.max(worstBrowser, ping(browser));
    }
    over.set(true);
    for (Thread attacker : attackers) {
      attacker.join(10_000);
    }
    assertTrue(worstDevice < WORST.toNanos(), kind.name + ": device " + millis(worstDevice));
    assertTrue(worstBrowser < WORST.toNanos(), kind.name + ": browser " + millis(worstBrowser));
    return "| %s | %d | %s | %s |"
        .formatted(kind.name, connections.get(), millis(worstDevice), millis(worstBrowser));
  }

  private static void attack(
      Kind kind, int port, Random random, AtomicBoolean over, AtomicLong connections) {
    while (!over.get()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        connections.incrementAndGet();
        socket.setSoTimeout(1_000);
        kind.attack.on(socket, random);
      } catch (IOException e) {
        continue; // The server has had enough of it.
      }
    }
  }

  private static long ping(RawClient client) {
    long begun = System.nanoTime();
    client.expectNothing();
    return System.nanoTime() - begun;
  }

  private static String millis(long nanos) {
    return "%.1f ms".formatted(nanos / 1e6);
  }

  // ---- Kinds.

  private static void send(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  private static void send(Socket socket, String text) throws IOException {
    send(socket, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void noise(Socket socket, Random random) throws IOException {
    byte[] bytes = new byte[1 + random.nextInt(20_000)];
    random.nextBytes(bytes);
    send(socket, bytes);
  }

  private static void headers(Socket socket, Random random) throws IOException {
    StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: localhost\r\n");
    for (int i = 0; i < 5_000; i++) {
      request.append("X-").append(random.nextInt()).append(": 1\r\n");
    }
    send(socket, request.append("\r\n").toString());
  }

  private static void pipeline(Socket socket, Random random) throws IOException {
    send(socket, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200));
    socket.getInputStream().read();
  }

  private static void frames(Socket socket, Random random) throws IOException {
    send(socket, UPGRADE);
    for (int i = 0; i < 20; i++) {
      noise(socket, random);
    }
  }

  private static byte[] mutated(Random random) {
    List<byte[]> packets =
        List.of(
            connect311("c" + random.nextInt()),
            publish311("a/b/c", "x".repeat(random.nextInt(500))),
            subscribe311(1, "a/+/#", 1),
            packet(0x62, u16(1)),
            packet(0xA2, u16(1), "a"),
            Packets.pingreq());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(random.nextInt(4) == 0 ? new byte[0] : packets.get(0));
    for (int i = 0; i < 20; i++) {
      byte[] packet = packets.get(random.nextInt(packets.size())).clone();
      if (random.nextInt(3) == 0) {
        packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
      }
      out.writeBytes(packet);
    }
    return out.toByteArray();
  }

  private static void packets(Socket socket, Random random) throws IOException {
    send(socket, mutated(random));
    socket.getInputStream().read();
  }

  private static void packetsInFrames(Socket socket, Random random) throws IOException {
    send(socket, UPGRADE);
    byte[] packets = mutated(random);
    for (int at = 0; at < packets.length; ) {
      int length = Math.min(packets.length - at, 1 + random.nextInt(125));
      byte[] piece = new byte[length];
      System.arraycopy(packets, at, piece, 0, length);
      send(socket, frame(0x82, piece));
      at += length;
    }
    socket.getInputStream().read();
  }

  private static void crumbs(Socket socket, Random random) throws IOException {
    send(socket, UPGRADE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte b : connect311("crumbs" + random.nextInt())) {
      out.writeBytes(frame(0x82, new byte[] {b}));
    }
    for (int i = 0; i < 500; i++) {
      out.writeBytes(frame(0x82, new byte[] {(byte) 0xC0}));
      out.writeBytes(frame(0x82, new byte[] {0}));
    }
    send(socket, out.toByteArray());
    socket.getInputStream().read();
  }

  private static void deep(Socket socket, Random random) throws IOException {
    send(socket, connect311("deep" + random.nextInt()));
    for (int i = 1; i < 50; i++) {
      send(socket, subscribe311(i, "+/".repeat(random.nextInt(190)) + "#", 0));
      send(socket, publish311("x/".repeat(190) + random.nextInt(), "y"));
    }
    send(socket, publish311("/".repeat(60_000), "y"));
    socket.getInputStream().read();
  }
}
