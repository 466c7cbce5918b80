package io.spillway.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.auth.AnonymousPolicy;
import io.spillway.process.Mistake;
import io.spillway.process.Settings;
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
    assertEquals(1883, config.tcp().port());
    assertTrue(config.tcp().hosts().stream().allMatch(InetAddress::isLoopbackAddress));
    assertTrue(config.link().hosts().stream().allMatch(InetAddress::isLoopbackAddress));
    assertTrue(config.admin().hosts().stream().allMatch(InetAddress::isLoopbackAddress));
    assertEquals(AnonymousPolicy.AUTO, config.auth().anonymous());
    assertNull(config.tls());
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
  void aLinkBeyondLoopbackNeedsASecret() {
    List<String> mistakes = mistakes("broker.link.host = \"0.0.0.0\"");

    assertEquals(1, mistakes.size());
    assertTrue(
        mistakes.get(0).contains("(expected: a secret, as broker.link.host"), mistakes.get(0));
    assertEquals(
        List.of(), mistakes("broker.link { host = \"0.0.0.0\", secret = \"long and random\" }"));
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
