package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.spillway.testing.Certificates;
import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates at the gateway: what browsers' say about them, and how its own is exchanged. */
class HttpsTest {
  @TempDir static Path made;
  private static Certificates server;
  private static Certificates other;

  @TempDir Path directory;
  private Path certificate;
  private Path privateKey;

  @BeforeAll
  static void make() throws Exception {
    server = Certificates.make(made, "server");
    other = Certificates.make(made, "other");
  }

  @BeforeEach
  void copy() throws Exception {
    certificate = directory.resolve("live.crt");
    privateKey = directory.resolve("live.key");
    show(server);
  }

  private void show(Certificates certificates) throws IOException {
    Files.copy(certificates.privateKey(), privateKey, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(certificates.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
  }

  private TestSystem start(String... settings) {
    return TestSystem.start(
        "gateway.auth.watch-interval = 50ms",
        "gateway.listeners.https { enabled = true, host = 127.0.0.1, port = 0",
        "certificate = \"" + certificate + "\", private-key = \"" + privateKey + "\" }",
        String.join("\n", settings));
  }

  @Test
  void aBrowsersCertificateIsItsUser() throws Exception {
    try (TestSystem system =
            start(
                "gateway.listeners.https { certificate-identity = common-name",
                "client-ca = \"" + other.certificate() + "\" }");
        RawClient browser = new RawClient(webSocket(system, server.client(other)))) {
      browser.connect311("c").expectNothing();
      system.awaitLog("as c (p2, c1, k60, u'other').");

      int port = port(system, "https");
      assertThrows(IOException.class, () -> handshake(port, server.client(null)));
      assertThrows(IOException.class, () -> handshake(port, server.client(server)));
      browser.expectNothing();
    }
  }

  /** Whose bytes begin a TLS record as HTTP's own answer to a bad request would. */
  @Test
  void aMessageThatLooksLikeAnAnswerOfHttpArrivesAsItIs() throws Exception {
    String answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n";
    try (TestSystem system = start();
        RawClient browser = new RawClient(webSocket(system, server.client(null)));
        RawClient device = system.device().connect311("device")) {
      browser.connect311("browser").subscribe("t", 0);
      for (int shift = 0; shift < answer.length(); shift++) {
        byte[] publish = Packets.publish311("t", "x".repeat(shift) + answer.repeat(2_000));
        device.send(publish);
        browser.expect(publish);
      }
      browser.expectNothing();
    }
  }

  @Test
  void aChangedCertificateIsShownToThoseWhoComeLater() throws Exception {
    try (TestSystem system = start();
        RawClient early = new RawClient(webSocket(system, server.client(null)))) {
      early.connect311("early");

      show(other);

      system.awaitLog("Read again after a change: " + directory);
      TestSystem.await("the new one", () -> isTrusted(port(system, "https"), other));
      early.expectNothing();
    }
  }

  @Test
  void aCertificateThatCantBeUsedChangesNothing() throws Exception {
    try (TestSystem system = start()) {
      Files.copy(other.privateKey(), privateKey, StandardCopyOption.REPLACE_EXISTING);

      system.awaitLog(
          "A changed file can't be used, so what was read before goes on: " + privateKey);
      handshake(port(system, "https"), server.client(null)).close();
    }
  }

  @Test
  void aFileThatCantBeUsedKeepsNoOtherFromBeingRead() throws Exception {
    Path another = Files.copy(server.certificate(), directory.resolve("another.crt"));
    Path itsKey = Files.copy(server.privateKey(), directory.resolve("another.key"));
    try (TestSystem system =
        start(
            "gateway.listeners.more.another { host = 127.0.0.1, port = 0",
            "certificate = \"" + another + "\", private-key = \"" + itsKey + "\" }")) {
      Files.copy(other.privateKey(), privateKey, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(other.privateKey(), itsKey, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(other.certificate(), another, StandardCopyOption.REPLACE_EXISTING);

      int port = port(system, "more.another");
      TestSystem.await("the new one", () -> isTrusted(port, other));
      system.awaitLog(
          "A changed file can't be used, so what was read before goes on: " + privateKey);
    }
  }

  @Test
  void anExpiredCertificateIsSaidAtTheStart() throws Exception {
    show(Certificates.make(made, "expired", "-startdate", "-3d", "-validity", "2"));
    try (TestSystem system = start()) {
      system.awaitLog(certificate + ": the certificate has expired on");
    }
  }

  private static boolean isTrusted(int port, Certificates certificates) {
    try {
      handshake(port, certificates.client(null)).close();
      return true;
    } catch (SSLException e) {
      return false;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static RawWebSocketWire webSocket(TestSystem system, SSLContext context)
      throws IOException {
    return new RawWebSocketWire(connect(port(system, "https"), context));
  }

  /** In TLS 1.3 the client hears of a refusal only when it reads. */
  private static SSLSocket handshake(int port, SSLContext context) throws IOException {
    SSLSocket socket = connect(port, context);
    socket.getOutputStream().write("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());
    if (socket.getInputStream().read() < 0) {
      throw new IOException("closed");
    }
    return socket;
  }

  private static int port(TestSystem system, String listener) {
    return system.process().gateway().addresses("gateway.listeners." + listener).get(0).getPort();
  }

  private static SSLSocket connect(int port, SSLContext context) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    return socket;
  }
}
