package io.spillway.gateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.gateway.websocket.Echo;
import io.spillway.gateway.websocket.RawClient;
import io.spillway.limits.AddressSettings;
import io.spillway.process.log.Logging;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that aren't requests yet: how many, how long, and who knocks at the wrong door. */
class FrontDoorTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final byte[] CLIENT_HELLO_BEGUN = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00};
  private static final byte[] CONNECT_BEGUN = {0x10, 0x0C, 0, 4, 'M', 'Q', 'T', 'T'};

  @TempDir static Path directory;
  private static SSLContext tls;

  private final TestServer.Settings settings = new TestServer.Settings();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final AutoCloseable tee = Logging.tee(log::add);
  private TestServer server;

  @BeforeAll
  static void makeCertificate() throws Exception {
    KeyStore store = SelfSigned.keyStore(directory);
    tls = SelfSigned.context(store);
  }

  private int start() {
    server = new TestServer(settings, (connection, facts) -> new Echo(connection));
    return server.port();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    tee.close();
  }

  @Test
  void allHttpConnectionsTogetherAreLimited() throws Exception {
    settings.httpConnections = 3;
    int port = start();
    List<Socket> idle = idle(port, 3);

    String answer = answer(port);

    assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
    assertTrue(answer.endsWith("over 3 HTTP connections (gateway.http.max-connections)\n"), answer);
    awaitLog("over 3 HTTP connections (gateway.http.max-connections)");
    close(idle);
    awaitServed(port);
  }

  @Test
  void anAddressHasOnlySoManyHttpConnections() throws Exception {
    settings.httpConnectionsPerAddress = 3;
    settings.admission = limitingLoopback();
    int port = start();
    List<Socket> idle = idle(port, 3);

    String answer = answer(port);

    assertTrue(answer.startsWith("HTTP/1.1 429 "), answer);
    assertTrue(answer.contains("\r\nRetry-After: 10\r\n"), answer);
    assertTrue(
        answer.endsWith(
            "over 3 connections from this address (gateway.http.max-connections-per-address)\n"),
        answer);
    close(idle);
    awaitServed(port);
  }

  @Test
  void aTrustedProxyMayHaveAnyNumberOfConnections() throws Exception {
    settings.httpConnectionsPerAddress = 1;
    settings.admission = limitingLoopback();
    settings.trustedProxies = List.of("127.0.0.0/8");
    int port = start();
    List<Socket> idle = idle(port, 5);

    RawHttp.get(port, "/livez").expect(200);
    close(idle);
  }

  @Test
  void aWebSocketIsNoHttpConnectionAnyMore() throws Exception {
    settings.httpConnections = 1;
    int port = start();
    List<RawClient> browsers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      browsers.add(RawClient.open(port));
    }

    for (RawClient browser : browsers) {
      assertEquals(1, browser.sendBinary(new byte[1]).expectBinary().length);
      browser.close();
    }
    RawHttp.get(port, "/livez").expect(200);
  }

  @Test
  void aSecureWebSocketIsNoHttpConnectionAnyMoreEither() throws Exception {
    settings.httpConnections = 1;
    settings.tls = tls;
    int port = start();
    List<Socket> browsers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(RawClient.UPGRADE.getBytes(StandardCharsets.US_ASCII));
      assertTrue(new String(socket.getInputStream().readNBytes(12)).endsWith(" 101"));
      browsers.add(socket);
    }
    close(browsers);
  }

  @Test
  void aTlsHandshakeAtAPlainPortIsNamedInTheLog() throws Exception {
    int port = start();

    assertEquals("", exchange(port, CLIENT_HELLO_BEGUN));

    awaitLog("a TLS handshake at a port without TLS (" + TestServer.LISTENER + ")");
  }

  @Test
  void mqttWithoutWebSocketIsNamedInTheLog() throws Exception {
    int port = start();

    assertEquals("", exchange(port, CONNECT_BEGUN));

    awaitLog("MQTT over TCP at a port for WebSocket (" + TestServer.LISTENER + ")");
  }

  @Test
  void aRequestWithoutTlsAtASecurePortIsToldSo() throws Exception {
    settings.tls = tls;
    int port = start();

    String answer = exchange(port, "GET /mqtt HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());

    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertTrue(answer.contains("use https:// or wss://"), answer);
    awaitLog("a request without TLS at a port with TLS");
  }

  @Test
  void bytesThatAreNeitherTlsNorHttpAreNamedWithoutBeingShown() throws Exception {
    settings.tls = tls;
    int port = start();

    assertEquals("", exchange(port, CONNECT_BEGUN));

    awaitLog("no TLS handshake at a port with TLS (" + TestServer.LISTENER + ")");
  }

  @Test
  void aTlsHandshakeThatDoesNotEndIsCutWhileOthersAreServed() throws Exception {
    settings.tls = tls;
    settings.requestTimeout = Duration.ofMillis(500);
    int port = start();
    try (SSLSocket healthy = awaitSecureBrowser(port);
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), port);
        Socket dripping = new Socket(InetAddress.getLoopbackAddress(), port)) {
      drip(dripping, CLIENT_HELLO_BEGUN, 50);
      assertEnd(silent);

      healthy.getOutputStream().write(RawClient.frame(0x89, new byte[0]));
      assertPong(healthy);
    }
    awaitLog("no TLS handshake within 500 ms (gateway.http.request-timeout)");
  }

  @Test
  void aRequestThatDripsIsCutWhileOthersAreServed() throws Exception {
    settings.requestTimeout = Duration.ofMillis(500);
    int port = start();
    try (Socket dripping = new Socket(InetAddress.getLoopbackAddress(), port);
        RawClient healthy = RawClient.open(port)) {
      drip(dripping, RawClient.UPGRADE.getBytes(StandardCharsets.US_ASCII), 50);

      assertEquals(1, healthy.sendBinary(new byte[1]).expectBinary().length);
    }
  }

  /**
   * The first that gets through its handshake in time, which a busy machine may not allow at once.
   */
  private static SSLSocket awaitSecureBrowser(int port) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
      try {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(RawClient.UPGRADE.getBytes(StandardCharsets.US_ASCII));
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
          byte[] next = socket.getInputStream().readNBytes(1);
          if (next.length == 0) {
            throw new IOException("closed behind " + head);
          }
          head += (char) next[0];
        }
        assertTrue(head.startsWith("HTTP/1.1 101 "), head);
        return socket;
      } catch (IOException e) {
        socket.close();
        assertTrue(System.nanoTime() < deadline, () -> "no handshake in time: " + e);
      }
    }
  }

  private static void assertPong(SSLSocket socket) throws IOException {
    assertArrayEquals(new byte[] {(byte) 0x8A, 0}, socket.getInputStream().readNBytes(2));
  }

  /** Byte after byte, until the server has had enough. */
  private static void drip(Socket socket, byte[] bytes, long millis) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    socket.setSoTimeout((int) millis);
    for (int i = 0; System.nanoTime() < deadline; i++) {
      try {
        socket.getOutputStream().write(i < bytes.length ? bytes[i] : 'x');
        if (socket.getInputStream().read() < 0) {
          return;
        }
      } catch (SocketTimeoutException e) {
        continue; // Still open.
      } catch (SocketException e) {
        return;
      }
    }
    throw new AssertionError("still open");
  }

  private static AdmissionSettings limitingLoopback() {
    AddressSettings loopback =
        new AddressSettings(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Duration.ZERO,
            Duration.ZERO,
            true);
    AdmissionSettings open = AdmissionSettings.OPEN;
    return new AdmissionSettings(
        open.connectionsMax(), loopback, 0, null, false, open.tokenFrom(), open.tokenName());
  }

  private static List<Socket> idle(int port, int count) throws Exception {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(10_000);
      // Answered, so that it has been counted.
      socket.getOutputStream().write("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());
      assertEquals('H', socket.getInputStream().read());
      sockets.add(socket);
    }
    return sockets;
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static String answer(int port) throws IOException {
    return exchange(port, new byte[0]);
  }

  private static String exchange(int port, byte[] sent) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(sent);
      return new String(readAll(socket.getInputStream()), StandardCharsets.US_ASCII);
    }
  }

  private static byte[] readAll(InputStream in) throws IOException {
    try {
      return in.readAllBytes();
    } catch (SocketException e) {
      return new byte[0]; // Reset counts as closed.
    }
  }

  private static void assertEnd(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    assertEquals(0, readAll(socket.getInputStream()).length);
  }

  private static void awaitServed(int port) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!answerTo(port).startsWith("HTTP/1.1 200")) {
      assertTrue(System.nanoTime() < deadline, "served again when there is room");
    }
  }

  private static String answerTo(int port) throws IOException {
    return exchange(
        port, "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes());
  }

  private void awaitLog(String part) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (log.stream().noneMatch(line -> line.contains(part))) {
      assertTrue(System.nanoTime() < deadline, part + " in " + log);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
