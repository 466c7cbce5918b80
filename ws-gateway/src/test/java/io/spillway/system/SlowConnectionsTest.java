package io.spillway.system;

import static io.spillway.gateway.websocket.RawClient.UPGRADE;
import static io.spillway.system.HostileBytes.frame;
import static io.spillway.system.HostileBytes.hello;
import static io.spillway.testing.Packets.connect311;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Certificates;
import io.spillway.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that send a byte now and then, wherever that could keep something waiting. */
class SlowConnectionsTest {
  /** With every buffer watched and other tests about. */
  private static final Duration WORST = Duration.ofSeconds(8);

  @TempDir static Path directory;

  @Test
  void connectionsThatDripDontKeepOthersWaiting() throws Exception {
    Certificates certificates = Certificates.make(directory, "server");
    String files =
        "enabled = true, host = 127.0.0.1, port = 0, certificate = \"%s\", private-key = \"%s\" }"
            .formatted(certificates.certificate(), certificates.privateKey());
    try (TestSystem system =
            TestSystem.start(
                "broker.limits.connect-timeout = 2s",
                "gateway.http { request-timeout = 2s, idle-timeout = 2s }",
                "broker.listeners.tls { " + files,
                "gateway.listeners.https { " + files);
        RawClient device = system.device().connect311("device");
        RawClient browser = system.browser().connect311("browser")) {
      int https = system.process().gateway().addresses("gateway.listeners.https").get(0).getPort();
      List<Drip> drips = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        drips.add(new Drip("TCP before CONNECT", system.tcpPort(), connect311("x".repeat(60))));
        drips.add(new Drip("TLS", system.process().broker().tlsPort(), hello(new Random(i))));
        drips.add(new Drip("HTTP head", system.httpPort(), UPGRADE.getBytes()));
        drips.add(new Drip("HTTPS", https, hello(new Random(i))));
        drips.add(new Drip("WebSocket before CONNECT", system.httpPort(), slowFrames()));
      }
      long begun = System.nanoTime();
      long worst = 0;
      while (!drips.isEmpty()) {
        drips.removeIf(Drip::isOver);
        worst = Math.max(worst, Math.max(ping(device), ping(browser)));
        Duration since = Duration.ofNanos(System.nanoTime() - begun);
        assertTrue(since.toSeconds() < 30, () -> "still open: " + drips);
      }
      assertTrue(worst < WORST.toNanos(), "worst round trip: " + millis(worst));
    }
  }

  /** A good upgrade, at once, and then one byte of a frame after the other. */
  private static byte[] slowFrames() {
    byte[] frame = frame(0x82, connect311("x".repeat(60)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(UPGRADE.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(frame);
    return out.toByteArray();
  }

  /** One connection that sends a byte now and then. Used by one thread. */
  private static final class Drip {
    private final String what;
    private final Socket socket;
    private final byte[] bytes;
    private int at;
    private long next;

    Drip(String what, int port, byte[] bytes) throws IOException {
      this.what = what;
      this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
      this.bytes = bytes;
      if (what.startsWith("WebSocket")) {
        at = UPGRADE.length();
        socket.getOutputStream().write(bytes, 0, at);
      }
      socket.setSoTimeout(1);
    }

    /** Sends its next byte if it is time; whether the server has closed. */
    boolean isOver() {
      if (System.nanoTime() < next || at >= bytes.length - 1) {
        return at >= bytes.length - 1 && closed();
      }
      next = System.nanoTime() + 100_000_000L;
      try {
        socket.getOutputStream().write(bytes[at++]);
      } catch (IOException e) {
        return true;
      }
      return closed();
    }

    private boolean closed() {
      try {
        while (socket.getInputStream().read() >= 0) {
          continue; // An answer to the upgrade, or the reason of the close.
        }
        return true;
      } catch (SocketTimeoutException e) {
        return false;
      } catch (IOException e) {
        return true;
      }
    }

    @Override
    public String toString() {
      return what;
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
}
