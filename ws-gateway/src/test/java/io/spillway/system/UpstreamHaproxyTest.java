package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.testing.Packets;
import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.Tools;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway's PROXY header as others read it: HAProxy accepts it, and tells the broker behind it
 * by a header of its own whose connection that is.
 */
class UpstreamHaproxyTest {
  private static final int ATTEMPTS = 5;

  @TempDir Path directory;

  @Test
  void haproxyTakesTheBrowsersAddressFromTheHeader() throws Exception {
    Tools.assumeInstalled("haproxy");
    try (ProxyExpectingBroker broker = new ProxyExpectingBroker();
        Haproxy haproxy = Haproxy.before(broker.port(), directory);
        TestGateway gateway =
            TestGateway.before(
                haproxy.port,
                "gateway { io-threads = 1, trusted-proxies = [\"127.0.0.1\", \"::1\"] }",
                "gateway.upstream { type = plain, proxy-protocol = true }")) {
      gateway.awaitReady();
      RawWebSocketWire wire = new RawWebSocketWire(gateway.httpPort());
      try (RawClient near = new RawClient(wire).connect311("near")) {
        ProxyExpectingBroker.Client client = broker.next();

        assertEquals("near", client.clientId());
        assertEquals(wire.localAddress(), client.source());
        assertEquals(gateway.httpPort(), client.destination().getPort());
        byte[] publish = Packets.publish311("any", "echo");
        near.send(publish).expect(publish).expectNothing();
      }

      wire = new RawWebSocketWire(gateway.httpPort(), "X-Forwarded-For: 2001:db8::7");
      try (RawClient far = new RawClient(wire).connect311("far")) {
        assertEquals("/[2001:db8:0:0:0:0:0:7]:0", broker.next().source().toString());
        far.expectNothing();
      }
    }
  }

  /** One that lets nobody in without a PROXY header, and sends one on. */
  private record Haproxy(int port, Process process) implements AutoCloseable {

    static Haproxy before(int brokerPort, Path directory) throws IOException {
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        int port = Ports.free();
        Path file = directory.resolve("haproxy-" + attempt + ".cfg");
        Files.writeString(
            file,
            """
            defaults
                mode tcp
                timeout connect 10s
                timeout client  60s
                timeout server  60s

            listen mqtt
                bind 127.0.0.1:%d accept-proxy
                server broker 127.0.0.1:%d send-proxy-v2
            """
                .formatted(port, brokerPort));
        Process process =
            new ProcessBuilder("haproxy", "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("haproxy.log").toFile())
                .start();
        TestSystem.await("HAProxy", () -> listens(port) || !process.isAlive());
        if (process.isAlive()) {
          return new Haproxy(port, process);
        } // Somebody else has the port.
      }
      throw new AssertionError(Files.readString(directory.resolve("haproxy.log")));
    }

    private static boolean listens(int port) {
      try (Socket socket = new Socket("127.0.0.1", port)) {
        return socket.isConnected();
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
