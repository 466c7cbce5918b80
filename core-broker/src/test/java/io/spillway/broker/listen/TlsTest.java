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
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MQTT over TLS. */
class TlsTest {
  @TempDir static Path directory;
  private static Certificates server;
  private static Certificates known;
  private static Certificates stranger;

  @BeforeAll
  static void make() throws Exception {
    server = Certificates.make(directory, "server");
    known = Certificates.make(directory, "known");
    stranger = Certificates.make(directory, "stranger");
  }

  @Test
  void aClientSpeaksMqttInsideTls13() throws Exception {
    try (TestBroker broker = TestBroker.start(tls());
        RawClient plain = broker.client().connect311("plain").subscribe("t", 0)) {
      SSLSocket socket = socket(server.client(null), broker);
      assertEquals("TLSv1.3", socket.getSession().getProtocol());
      try (RawClient client = new RawClient(Wire.of(socket)).connect5("inside")) {
        client.publish("t", "x".repeat(100_000));

        plain.expectPublish("t", "x".repeat(100_000));
        client.send("00 00").expectDisconnect5(0x81);
      }
    }
  }

  @Test
  void aClientMustShowACertificateWhereOneIsAskedFor() throws Exception {
    String ca = "broker.listeners.tls.client-ca = \"" + known.certificate() + "\"";
    try (TestBroker broker = TestBroker.start(tls(), ca)) {
      SSLSocket socket = socket(server.client(known), broker);
      try (RawClient client = new RawClient(Wire.of(socket)).connect311("known")) {
        client.expectNothing();
      }

      for (Certificates shown : new Certificates[] {null, stranger}) {
        // In TLS 1.3 the client hears of the refusal only when it reads.
        assertThrows(
            SSLException.class,
            () -> {
              SSLSocket refused = socket(server.client(shown), broker);
              refused.setSoTimeout(10_000);
              refused.getInputStream().read();
            });
      }
    }
  }

  @Test
  void filesThatDontFitAreAMistakeInTheConfiguration() throws Exception {
    Path nonsense = Files.writeString(directory.resolve("nonsense"), "nonsense");
    String wrong = "broker.listeners.tls.private-key = \"" + nonsense + "\"";

    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> TestBroker.start(tls(), wrong));

    assertTrue(e.getMessage().contains("broker.listeners.tls.certificate: "), e.getMessage());
    assertTrue(e.getMessage().contains("nonsense"), e.getMessage());
  }

  private static String tls() {
    return "broker.listeners.tls { enabled = true, host = 127.0.0.1, port = 0, certificate = \""
        + server.certificate()
        + "\", private-key = \""
        + server.privateKey()
        + "\" }";
  }

  private static SSLSocket socket(SSLContext context, TestBroker broker) throws Exception {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", broker.broker().tlsPort());
    socket.startHandshake();
    return socket;
  }
}
