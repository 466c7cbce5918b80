package io.spillway.broker.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.process.ConfigurationException;
import io.spillway.testing.Certificates;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import io.spillway.testing.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What certificates say about clients, how servers' are exchanged, and how they can be wrong. */
class CertificateTest {
  @TempDir static Path directory;
  private static Certificates server;
  private static Certificates other;

  @BeforeAll
  static void make() throws Exception {
    server = Certificates.make(directory, "server");
    other = Certificates.make(directory, "other");
  }

  @Test
  void aClientsCertificateIsItsUserName() throws Exception {
    try (TestBroker broker =
        TestBroker.start(
            tls(server.certificate(), server.privateKey()),
            "broker.listeners.tls { client-ca = \"" + other.certificate() + "\"",
            "certificate-identity = common-name }")) {
      try (RawClient client =
          new RawClient(Wire.of(socket(server.client(other), broker))).connect311("c")) {
        String name = commonName(other);
        broker.awaitLog("as c (p2, c1, k60, u'" + name + "').");
        client.expectNothing();
      }
    }
  }

  private static String commonName(Certificates certificates) throws Exception {
    try (var in = Files.newInputStream(Path.of(certificates.certificate().toString()))) {
      X509Certificate certificate =
          (X509Certificate)
              java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in);
      return certificate.getSubjectX500Principal().getName().replaceFirst(".*CN=([^,]*).*", "$1");
    }
  }

  @Test
  void aChangedCertificateIsShownToThoseWhoComeLater() throws Exception {
    Path certificate = directory.resolve("live.crt");
    Path privateKey = directory.resolve("live.key");
    Files.copy(Path.of(server.certificate().toString()), certificate);
    Files.copy(Path.of(server.privateKey().toString()), privateKey);
    try (TestBroker broker =
            TestBroker.start(tls(certificate, privateKey), "broker.auth.watch-interval = 50ms");
        RawClient early =
            new RawClient(Wire.of(socket(server.client(null), broker))).connect311("early")) {
      Files.copy(
          Path.of(other.certificate().toString()),
          certificate,
          StandardCopyOption.REPLACE_EXISTING);
      Files.copy(
          Path.of(other.privateKey().toString()), privateKey, StandardCopyOption.REPLACE_EXISTING);

      broker.awaitLog("Read again after a change: " + directory.resolve("live."));
      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (!isShown(other.client(null), broker)) {
        assertTrue(System.nanoTime() < deadline, "the new certificate in time");
      }
      early.expectNothing();
    }
  }

  private static boolean isShown(SSLContext trusting, TestBroker broker) throws Exception {
    try (SSLSocket socket = socket(trusting, broker)) {
      return socket.isConnected();
    } catch (SSLException e) {
      return false;
    }
  }

  @Test
  void eachWayInWhichFilesAreWrongIsNamed() throws Exception {
    Path key = Path.of(server.privateKey().toString());
    Path certificate = Path.of(server.certificate().toString());
    String pem = Files.readString(key);
    assertMistake(certificate, other.privateKey(), "is not the private key of the certificate in");
    assertMistake(key, server.privateKey(), "holds a private key (expected: a certificate)");
    assertMistake(certificate, certificate, "holds no private key (expected: PEM");
    assertMistake(
        certificate,
        write("encrypted", pem.replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE")),
        "is encrypted (expected: not; openssl pkey");
    assertMistake(
        certificate,
        write("old", pem.replace("BEGIN PRIVATE", "BEGIN RSA PRIVATE")),
        "is in an old form (expected: PKCS#8; openssl pkey");
    assertMistake(write("nothing", ""), key, "holds no certificate (expected: PEM");
    assertMistake(
        write(
            "chain",
            Files.readString(certificate)
                + Files.readString(Path.of(other.certificate().toString()))),
        key,
        "certificate 2 isn't the issuer of the one before");
  }

  private static Path write(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text);
  }

  private static void assertMistake(Object certificate, Object privateKey, String words) {
    ConfigurationException e =
        assertThrows(
            ConfigurationException.class, () -> TestBroker.start(tls(certificate, privateKey)));
    assertTrue(e.getMessage().contains(words), e.getMessage());
    assertEquals(1, e.mistakes().size());
  }

  private static String tls(Object certificate, Object privateKey) {
    return "broker.listeners.tls { enabled = true, host = 127.0.0.1, port = 0, certificate = \""
        + certificate
        + "\", private-key = \""
        + privateKey
        + "\" }";
  }

  private static SSLSocket socket(SSLContext context, TestBroker broker) throws Exception {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", broker.broker().tlsPort());
    socket.startHandshake();
    return socket;
  }
}
