package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final Duration DAY = Duration.ofDays(1);

  enum Policy {
    DROP_OLDEST,
    LATEST
  }

  enum Stamp {
    ISO,
    NONE
  }

  enum Answer {
    AUTO,
    YES,
    NO
  }

  @TempDir Path directory;

  @Test
  void valuesAreReadWithTheirUnits() {
    Settings settings =
        settings(
            """
            a { size = 64KiB, wait = 1500ms, count = 7, port = 1883, name = x, on = yes }
            """);

    Settings a = settings.under("a");
    assertEquals(65536, a.bytes("size", 1, 1 << 20));
    assertEquals(Duration.ofMillis(1500), a.duration("wait", Duration.ZERO, DAY));
    assertEquals(7, a.number("count", 1, 10));
    assertEquals(1883, a.port("port"));
    assertEquals("x", a.text("name"));
    assertTrue(a.flag("on"));
    settings.check();
  }

  @Test
  void noneAndNullMeanNoValue() {
    Settings settings = settings("a = none, b = null, c = none");

    assertTrue(settings.optionalNumber("a", 1, 10).isEmpty());
    assertTrue(settings.optionalText("b").isEmpty());
    assertTrue(settings.optionalDuration("c", Duration.ZERO, DAY).isEmpty());
    assertFalse(settings.has("a"));
    settings.check();
  }

  @Test
  void everyMistakeIsToldWithKeyValueExpectationAndLine() throws Exception {
    Settings settings =
        inFile(
            """
            broker {
              listeners.tcp.port = 99999
              limits.max-inflight = many
              sys-interval = 10
              slow = fast
            }
            """);

    settings.port("broker.listeners.tcp.port");
    settings.number("broker.limits.max-inflight", 1, 65535);
    settings.duration("broker.sys-interval", Duration.ZERO, DAY);
    settings.choice("broker.slow", Policy.class);

    ConfigurationException thrown = assertThrows(ConfigurationException.class, settings::check);
    String file = directory.resolve("test.conf").toString();
    assertEquals(
        List.of(
            "broker.listeners.tcp.port: 99999 (expected: a whole number from 0 to 65535) at "
                + file
                + ":2",
            "broker.limits.max-inflight: many (expected: a whole number from 1 to 65535) at "
                + file
                + ":3",
            "broker.sys-interval: 10 (expected: a time with its unit such as 10s, from 0s to"
                + " 86400s) at "
                + file
                + ":4",
            "broker.slow: fast (expected: drop-oldest | latest) at " + file + ":5"),
        thrown.getMessage().lines().toList());
  }

  @Test
  void aChoiceTakesTrueAndFalseForYesAndNo() {
    Settings settings = settings("a = true, b = no, c = auto, d = drop-oldest");

    assertEquals(Answer.YES, settings.choice("a", Answer.class));
    assertEquals(Answer.NO, settings.choice("b", Answer.class));
    assertEquals(Answer.AUTO, settings.choice("c", Answer.class));
    assertEquals(Policy.DROP_OLDEST, settings.choice("d", Policy.class));
    settings.check();
  }

  @Test
  void noneCanBeAChoice() {
    assertEquals(Stamp.NONE, settings("a = none").choice("a", Stamp.class));
  }

  @Test
  void aHostIsOneAddressOrAList() {
    Settings settings = settings("one = 127.0.0.1, two = [127.0.0.1, \"::1\"], all = \"*\"");

    assertEquals(1, settings.hosts("one").size());
    assertEquals(2, settings.hosts("two").size());
    assertTrue(settings.hosts("all").get(0).isAnyLocalAddress());
    settings.check();
  }

  @Test
  void localhostMeansTheLoopbacks() {
    Settings settings = settings("host = localhost");

    assertTrue(settings.hosts("host").stream().allMatch(host -> host.isLoopbackAddress()));
    assertEquals("127.0.0.1", settings.hosts("host").get(0).getHostAddress());
  }

  @Test
  void endpointsAreNotLookedUp() {
    Settings settings = settings("to = [\"core.example:1884\", \"[::1]:1885\"]");

    List<InetSocketAddress> endpoints = settings.endpoints("to");

    assertEquals("core.example", endpoints.get(0).getHostString());
    assertTrue(endpoints.get(0).isUnresolved());
    assertEquals("::1", endpoints.get(1).getHostString());
    settings.check();
  }

  @Test
  void anEndpointNeedsItsPort() {
    Settings settings = settings("to = [\"core.example\", \"::1:1885\", \"a:70000\"]");

    settings.endpoints("to");

    assertEquals(4, settings.mistakes().size());
  }

  @Test
  void numberedKeysAreAList() {
    Settings settings = settings("origins { 10 = c, 0 = a, 1 = b }");

    assertEquals(List.of("a", "b", "c"), settings.texts("origins"));
  }

  @Test
  void aSecretComesFromItsKeyOrItsFile() throws Exception {
    Files.writeString(directory.resolve("secret"), "from-file\n");
    Settings settings =
        settings(
            "a = here, a-file = none, b = none, b-file = \"" + directory.resolve("secret") + '"');

    assertEquals(Optional.of("here"), settings.secret("a", "a-file"));
    assertEquals(Optional.of("from-file"), settings.secret("b", "b-file"));
    settings.check();
  }

  @Test
  void anEmptySecretIsNone() {
    Settings settings = settings("secret = \"\"\nsecret-file = none");

    assertEquals(Optional.empty(), settings.secret("secret", "secret-file"));
    assertEquals(1, settings.mistakes().size());
  }

  @Test
  void aSecretIsNeverShown() {
    Settings settings = settings("secret = hush, link-secret = hush");

    settings.mistake("secret", "something longer");
    settings.mistake("link-secret", "something longer");

    assertFalse(settings.mistakes().toString().contains("hush"));
  }

  @Test
  void aRelativePathCountsFromTheFileThatHoldsIt() throws Exception {
    Files.writeString(directory.resolve("passwd"), "");
    Settings settings = inFile("password-file = passwd");

    assertEquals(Optional.of(directory.resolve("passwd")), settings.file("password-file"));
  }

  @Test
  void aMissingFileIsAMistake() throws Exception {
    Settings settings = inFile("password-file = nowhere");

    assertTrue(settings.file("password-file").isEmpty());
    assertEquals(1, settings.mistakes().size());
  }

  @Test
  void namesWithDotsKeepThem() {
    Settings settings = settings("levels { io.spillway.link = trace, \"a.b\" = warn }");

    assertEquals(
        Map.of("io.spillway.link", "trace", "a.b", "warn"), settings.textsByName("levels"));
  }

  @Test
  void aKeyWithoutADefaultIsOurBug() {
    assertThrows(IllegalStateException.class, () -> settings("a = 1").number("b", 0, 1));
  }

  private static Settings settings(String text) {
    return Settings.of(text);
  }

  private Settings inFile(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("test.conf"), text);
    Config config = ConfigFactory.parseFile(file.toFile());
    return Settings.of(config, List.of());
  }
}
