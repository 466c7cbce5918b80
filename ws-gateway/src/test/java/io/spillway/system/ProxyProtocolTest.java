package io.spillway.system;

import static io.spillway.gateway.websocket.RawClient.UPGRADE;
import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.hex;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Certificates;
import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.Tools;
import io.spillway.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The PROXY protocol in front of every listener: a client's one real address, and nobody else's.
 */
class ProxyProtocolTest {
  private static final String LISTED =
      """
      broker.auth.allow-anonymous = yes
      broker.listeners.tcp.proxy-protocol-from = [127.0.0.0/8]
      broker.listeners.tls.proxy-protocol-from = [127.0.0.0/8]
      gateway.listeners.http.proxy-protocol-from = [127.0.0.0/8]
      gateway.listeners.https.proxy-protocol-from = [127.0.0.0/8]
      """;

  private static final byte[] TEXT = utf8("PROXY TCP4 203.0.113.7 127.0.0.1 4711 1883\r\n");
  private static final byte[] BINARY =
      hex("0d0a0d0a000d0a515549540a 2111000c cb007107 7f000001 1267 075b");

  @TempDir static Path directory;
  private static Certificates certificates;

  /** Every way in. */
  enum Listener {
    TCP("broker.listeners.tcp", false, false),
    TLS("broker.listeners.tls", true, false),
    HTTP("gateway.listeners.http", false, true),
    HTTPS("gateway.listeners.https", true, true);

    final String key;
    final boolean tls;
    final boolean webSocket;

    Listener(String key, boolean tls, boolean webSocket) {
      this.key = key;
      this.tls = tls;
      this.webSocket = webSocket;
    }

    int port(TestSystem system) {
      return switch (this) {
        case TCP -> system.tcpPort();
        case TLS -> system.process().broker().tlsPort();
        default -> system.process().gateway().addresses(key).get(0).getPort();
      };
    }

    /** A client behind a header, which has sent nothing of MQTT yet. */
    RawClient client(TestSystem system, byte[] header) throws Exception {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(system));
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(header);
      if (tls) {
        SSLContext context = certificates.client(null);
        SSLSocket secure =
            (SSLSocket)
                context.getSocketFactory().createSocket(socket, "localhost", port(system), true);
        secure.startHandshake();
        socket = secure;
      }
      return new RawClient(webSocket ? new RawWebSocketWire(socket) : Wire.of(socket));
    }
  }

  private static TestSystem start(String... settings) throws Exception {
    if (certificates == null) {
      certificates = Certificates.make(directory, "server");
    }
    String files =
        "enabled = true, host = 127.0.0.1, port = 0, certificate = \"%s\", private-key = \"%s\" }"
            .formatted(certificates.certificate(), certificates.privateKey());
    return TestSystem.start(
        "broker.listeners.tls { " + files,
        "gateway.listeners.https { " + files,
        String.join("\n", settings));
  }

  @Test
  void theAddressInTheHeaderIsTheClients() throws Exception {
    try (TestSystem system = start(LISTED)) {
      for (Listener listener : Listener.values()) {
        for (byte[] header : List.of(TEXT, BINARY)) {
          String id = listener + "-" + header.length;
          try (RawClient client = listener.client(system, header)) {
            client.connect311(id).subscribe("t", 0).publish("t", "x").expectPublish("t", "x");

            system.awaitLog("New connection from 203.0.113.7:4711 on port");
            system.awaitLog(
                "New client connected from 203.0.113.7:4711 as " + id + " (p2, c1, k60).");
          }
        }
      }
    }
  }

  @Test
  void aListedProxyMustSendAHeader() throws Exception {
    try (TestSystem system = start(LISTED)) {
      for (Listener listener : Listener.values()) {
        RawClient.tcp(listener.port(system))
            .trySend(utf8("GET /mqtt HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            .expectClosed();

        system.awaitLog(
            "no PROXY header where the peer has to send one ("
                + listener.key
                + ".proxy-protocol-from)");
      }
    }
  }

  @Test
  void aHeaderFromAnybodyElseIsRefused() throws Exception {
    try (TestSystem system = start("broker.auth.allow-anonymous = yes")) {
      for (Listener listener : Listener.values()) {
        for (byte[] header : List.of(TEXT, BINARY)) {
          RawClient.tcp(listener.port(system)).trySend(header).expectClosed();
        }

        system.awaitLog(
            "a PROXY header from a peer that isn't listed in "
                + listener.key
                + ".proxy-protocol-from");
      }
      assertTrue(system.log().stream().noneMatch(line -> line.contains("203.0.113.7")));
    }
  }

  @Test
  void aHeaderThatDoesNotComeIsNotWaitedForLong() throws Exception {
    String soon = "broker.limits.connect-timeout = 300ms\ngateway.http.request-timeout = 300ms";
    try (TestSystem system = start(LISTED, soon)) {
      for (Listener listener : Listener.values()) {
        RawClient.tcp(listener.port(system)).send(utf8("PROXY TCP4 203.")).expectClosed();

        system.awaitLog("no PROXY header within 300 ms (" + listener.key + ".proxy-protocol-from)");
      }
    }
  }

  @Test
  void aHeaderMayComeInPiecesOrTogetherWithWhatFollows() throws Exception {
    try (TestSystem system = start(LISTED)) {
      for (Listener listener : List.of(Listener.TCP, Listener.HTTP)) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port(system));
        socket.setTcpNoDelay(true);
        for (byte b : BINARY) {
          socket.getOutputStream().write(b);
        }
        Wire pieces = listener.webSocket ? new RawWebSocketWire(socket) : Wire.of(socket);
        try (RawClient client = new RawClient(pieces)) {
          client.connect311("pieces").expectNothing();
        }
      }
      try (RawClient client = Listener.TCP.client(system, together(TEXT, connect311("whole")))) {
        client.expect("20 02 00 00").expectNothing();
      }
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), Listener.HTTP.port(system))) {
        socket.getOutputStream().write(together(TEXT, utf8(UPGRADE)));
        assertTrue(new String(socket.getInputStream().readNBytes(12)).endsWith(" 101"));
      }
    }
  }

  private static byte[] together(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void limitsCountTheRealAddress() throws Exception {
    String limits =
        """
        broker.limits.per-address.max-connections = 1
        gateway.limits.per-address.max-connections = 1
        """;
    Function<String, byte[]> header =
        address -> utf8("PROXY TCP4 " + address + " 127.0.0.1 4711 1883\r\n");
    try (TestSystem system = start(LISTED, limits);
        RawClient first = Listener.HTTPS.client(system, header.apply("203.0.113.7"));
        RawClient other = Listener.TCP.client(system, header.apply("203.0.113.8"))) {
      first.connect311("first");
      other.connect311("other");

      for (Listener listener : List.of(Listener.TCP, Listener.TLS, Listener.HTTP)) {
        try (Socket second = new Socket(InetAddress.getLoopbackAddress(), listener.port(system))) {
          second.getOutputStream().write(header.apply("203.0.113.7"));
          if (listener.webSocket) {
            second.getOutputStream().write(utf8(UPGRADE));
            assertTrue(new String(second.getInputStream().readNBytes(12)).endsWith(" 429"));
          } else {
            assertEquals(-1, second.getInputStream().read());
          }
        }
      }
      first.expectNothing();
      other.expectNothing();
    }
  }

  @Test
  void whoComesThroughAProxyIsNotLocal() throws Exception {
    byte[] local = utf8("PROXY TCP4 127.0.0.1 127.0.0.1 4711 1883\r\n");
    try (TestSystem system = start(LISTED.replace("= yes", "= auto"))) {
      for (Listener listener : Listener.values()) {
        try (RawClient client = listener.client(system, local)) {
          client.send(connect311("c")).expect("20 02 00 05").expectClosed();
        }
      }
    }
  }

  /** A real one, in both versions, with clients whose address can be told from the proxy's. */
  @Test
  void haproxyBringsTheAddressOfItsClients() throws Exception {
    Tools.assumeInstalled("haproxy");
    Tools.assumeInstalled("mosquitto_pub");
    try (TestSystem system = start(LISTED)) {
      for (String version : List.of("send-proxy", "send-proxy-v2")) {
        int mqtt = Ports.free();
        int http = Ports.free();
        Process haproxy =
            Tools.start(
                "haproxy",
                "-f",
                Files.writeString(
                        directory.resolve(version + ".cfg"),
                        """
                        defaults
                            mode tcp
                            timeout connect 5s
                            timeout client 10s
                            timeout server 10s
                        listen mqtt
                            bind 127.0.0.1:%d
                            server core 127.0.0.1:%d check %s
                        listen http
                            bind 127.0.0.1:%d
                            server gateway 127.0.0.1:%d check %s
                        """
                            .formatted(
                                mqtt, system.tcpPort(), version, http, system.httpPort(), version))
                    .toString());
        try {
          awaitOpen(mqtt);
          Tools.run(
              "mosquitto_pub",
              "-A",
              "127.0.0.9",
              "-p",
              "" + mqtt,
              "-i",
              version,
              "-t",
              "t",
              "-m",
              "x");
          Socket socket = new Socket();
          socket.bind(new InetSocketAddress("127.0.0.8", 0));
          socket.connect(new InetSocketAddress("127.0.0.1", http));
          try (RawClient browser = new RawClient(new RawWebSocketWire(socket))) {
            browser.connect311("browser-" + version).expectNothing();
          }
        } finally {
          haproxy.destroy();
          haproxy.waitFor();
        }
        system.awaitLog(" as " + version + " (p2, c1, k60).");
        assertTrue(
            system.log().stream()
                .anyMatch(
                    line -> line.matches(".*connected from 127.0.0.9:\\d+ as " + version + ".*")),
            String.join("\n", system.log()));
        assertTrue(
            system.log().stream()
                .anyMatch(
                    line -> line.matches(".*from 127.0.0.8:\\d+ as browser-" + version + ".*")),
            String.join("\n", system.log()));
      }
    }
  }

  private static void awaitOpen(int port) {
    TestSystem.await(
        "haproxy",
        () -> {
          try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
          } catch (IOException e) {
            return false;
          }
        });
  }
}
