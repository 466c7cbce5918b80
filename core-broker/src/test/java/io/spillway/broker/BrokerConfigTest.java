package io.spillway.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.auth.AnonymousPolicy;
import io.spillway.process.Mistake;
import io.spillway.process.Settings;
import io.spillway.testing.Certificates;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerConfigTest {
  @TempDir Path directory;

  @Test
  void theDefaultsAreForThisMachineAlone() {
    Settings settings = Settings.of("");

    BrokerConfig config = BrokerConfig.read(settings);

    settings.check();
    assertEquals(1, config.listeners().size(), "tcp alone");
    assertEquals(1883, config.listeners().get(0).port());
    assertTrue(config.listeners().get(0).boundToLoopback());
    assertTrue(config.link().hosts().stream().allMatch(InetAddress::isLoopbackAddress));
    assertTrue(config.admin().hosts().stream().allMatch(InetAddress::isLoopbackAddress));
    assertEquals(AnonymousPolicy.AUTO, config.auth().anonymous());
  }

  @Test
  void everyMistakeIsFoundAtOnce() {
    List<String> mistakes =
        mistakes(
            "broker.listeners.tcp.port = 70000",
            "broker.limits.connect-timeout = 5",
            "broker.limits.receive-maximum = 0",
            "broker.auth.allow-anonymous = maybe",
            "broker.auth.password-file = /no/such/file");

    assertEquals(
        List.of(
            "broker.listeners.tcp.port",
            "broker.auth.allow-anonymous",
            "broker.auth.password-file",
            "broker.limits.connect-timeout",
            "broker.limits.receive-maximum"),
        mistakes.stream().map(m -> m.substring(0, m.indexOf(':'))).distinct().toList());
  }

  @Test
  void furtherListenersHaveNamesAndPortsOfTheirOwn() {
    Settings settings =
        Settings.of("broker.listeners.more { b { port = 1886, host = 192.0.2.1 }, a.port = 1885 }");

    BrokerConfig config = BrokerConfig.read(settings);

    settings.check();
    assertEquals(
        List.of("tcp 1883", "a 1885", "b 1886"),
        config.listeners().stream().map(each -> each.name() + " " + each.port()).toList());
    assertEquals("broker.listeners.more.a", config.listeners().get(1).key());
    assertTrue(config.listeners().get(1).boundToLoopback());
    assertFalse(config.listeners().get(2).boundToLoopback());
  }

  @Test
  void aFurtherListenersMistakesNameItsKeys() {
    assertEquals(
        List.of(
            "broker.listeners.more.a.prot (expected: a known key, such as"
                + " broker.listeners.more.a.port)",
            "broker.listeners.more.a.port: none (expected: a whole number from 0 to 65535)",
            "broker.listeners.more.tls (expected: a name other than tcp and tls)"),
        mistakes("broker.listeners.more { a.prot = 1885, tls.port = 1886 }").stream()
            .map(mistake -> mistake.replaceFirst("(tls): .* \\(", "$1 ("))
            .toList());
  }

  @Test
  void aFurtherListenerThatIsMeantToSpeakTlsIsNotOpenedWithout() throws Exception {
    Path authority = Files.writeString(directory.resolve("ca"), "");
    assertEquals(
        List.of(
            "broker.listeners.more.a.certificate: none (expected: a PEM file, as TLS is enabled)",
            "broker.listeners.more.a.private-key: none (expected: a PEM file, as TLS is enabled)"),
        mistakes("broker.listeners.more.a { port = 1885, client-ca = \"" + authority + "\" }"));
  }

  @Test
  void aLinkBeyondLoopbackNeedsASecret() {
    List<String> mistakes = mistakes("broker.link.host = \"0.0.0.0\"");

    assertEquals(1, mistakes.size());
    assertTrue(
        mistakes.get(0).contains("(expected: a secret, as broker.link.host"), mistakes.get(0));
    assertEquals(
        List.of(), mistakes("broker.link { host = \"0.0.0.0\", secret = \"long and random\" }"));
  }

  @Test
  void aShortSecretIsNotedWhereItCanBeTriedOut() {
    assertTrue(link("broker.link { host = \"0.0.0.0\", secret = short }").isSecretTooShort());
    assertFalse(link("broker.link.secret = short").isSecretTooShort());
    assertFalse(
        link("broker.link { host = \"0.0.0.0\", secret = \"long, and as random as it gets\" }")
            .isSecretTooShort());
  }

  @Test
  void whatAStartWillWarnOfIsKnownBefore() throws Exception {
    Path certificate =
        Certificates.make(directory, "expired", "-startdate", "-3d", "-validity", "2")
            .certificate();
    Settings settings =
        Settings.of(
            """
            broker.listeners.tcp.host = "0.0.0.0"
            broker.link { host = "0.0.0.0", secret = short }
            broker.listeners.tls { enabled = true, certificate = "%s", private-key = "%s" }
            """
                .formatted(certificate, directory.resolve("expired.key")));
    BrokerConfig config = BrokerConfig.read(settings);
    settings.check();

    List<String> warnings = config.warnings();

    assertEquals(3, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).startsWith("Listener tcp refuses everybody"), warnings.get(0));
    assertTrue(warnings.get(1).startsWith("broker.link.secret has fewer"), warnings.get(1));
    assertTrue(warnings.get(2).contains("expired.crt: the certificate has expired on"));
    assertEquals(List.of(), BrokerConfig.read(Settings.of("")).warnings());
  }

  private static BrokerConfig.Link link(String settings) {
    return BrokerConfig.read(Settings.of(settings)).link();
  }

  @Test
  void filesAreReadBeforeAnythingIsOpened() throws Exception {
    Path passwords = Files.writeString(directory.resolve("passwd"), "ann:plain\n");
    Path acl = Files.writeString(directory.resolve("acl"), "topic sometimes a/b\n");

    List<String> mistakes =
        mistakes(
            "broker.auth.password-file = \"" + passwords + "\"",
            "broker.auth.acl-file = \"" + acl + "\"");

    assertEquals(2, mistakes.size());
    assertTrue(mistakes.get(0).contains("passwd:1: user ann: expected a hashed password"));
    assertTrue(mistakes.get(1).contains("acl:1: sometimes (expected: read, write"));
  }

  @Test
  void tlsNeedsItsFiles() {
    List<String> mistakes = mistakes("broker.listeners.tls.enabled = true");

    assertEquals(2, mistakes.size());
    assertTrue(mistakes.get(0).startsWith("broker.listeners.tls.certificate: none (expected: "));
    assertTrue(mistakes.get(1).startsWith("broker.listeners.tls.private-key: none (expected: "));
  }

  private static List<String> mistakes(String... lines) {
    Settings settings = Settings.of(String.join("\n", lines));
    BrokerConfig.read(settings);
    return settings.mistakes().stream().map(Mistake::toString).toList();
  }
}
