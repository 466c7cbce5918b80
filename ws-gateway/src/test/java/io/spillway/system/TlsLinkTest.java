package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.spillway.testing.Certificates;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The link between two machines is encrypted, and each end knows who the other is. */
class TlsLinkTest {
  @TempDir static Path directory;

  private static Certificates core;
  private static Certificates gateway;

  @BeforeAll
  static void makeCertificates() throws Exception {
    core = Certificates.make(directory, "core");
    gateway = Certificates.make(directory, "gateway");
  }

  @Test
  void aLinkOverTlsCarriesBrowsers() {
    try (TestBroker broker = broker("127.0.0.1", "");
        TestGateway edge = edge(broker, "localhost", core, "").awaitReady();
        RawClient browser = edge.browser().connect311("encrypted");
        RawClient device = broker.client().connect311("device")) {
      browser.subscribe("a", 0);

      device.publish("a", "x".repeat(100_000));

      browser.expectPublish("a", "x".repeat(100_000)).expectNothing();
    }
  }

  @Test
  void aGatewayCanShowACertificateOfItsOwn() {
    try (TestBroker broker = broker("127.0.0.1", "client-ca = \"" + gateway.certificate() + "\"");
        TestGateway edge = edge(broker, "localhost", core, own()).awaitReady();
        RawClient browser = edge.browser().connect311("mutual")) {
      browser.expectNothing();
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() {
    try (TestBroker broker = broker("127.0.0.2", "");
        TestGateway edge = edge(broker, "127.0.0.2", core, "")) {
      broker.awaitLog("No TLS with the core at 127.0.0.2");

      assertFalse(edge.gateway().isReady());
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() {
    try (TestBroker broker = broker("127.0.0.1", "");
        TestGateway edge = edge(broker, "localhost", gateway, "")) {
      broker.awaitLog("No TLS with the core at localhost");

      assertFalse(edge.gateway().isReady());
    }
  }

  @Test
  void aGatewayWithoutTlsIsToldApart() {
    try (TestBroker broker = broker("127.0.0.1", "");
        TestGateway edge =
            TestGateway.start(
                "gateway.upstream.addresses = [\"127.0.0.1:"
                    + broker.broker().linkPort()
                    + "\"]")) {
      broker.awaitLog("no TLS handshake at a port with TLS (broker.link.tls)");

      assertFalse(edge.gateway().isReady());
    }
  }

  private static TestBroker broker(String host, String more) {
    return TestBroker.start(
        "broker.link { host = " + host + ", tls { enabled = true",
        "certificate = \"" + core.certificate() + "\"",
        "private-key = \"" + core.privateKey() + "\"",
        more + "} }");
  }

  private static String own() {
    return "certificate = \""
        + gateway.certificate()
        + "\", private-key = \""
        + gateway.privateKey()
        + '"';
  }

  private static TestGateway edge(
      TestBroker broker, String host, Certificates trusted, String more) {
    return TestGateway.start(
        "gateway.upstream { addresses = [\"" + host + ":" + broker.broker().linkPort() + "\"]",
        "reconnect-max = 200ms, tls { enabled = true",
        "ca = \"" + trusted.certificate() + "\"",
        more + "} }");
  }
}
