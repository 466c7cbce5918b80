package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoleCommandTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void versionIsTheBuilds() {
    assertEquals(0, execute("--version"));

    assertEquals("spillway " + Version.text() + "\n", text(out));
    assertTrue(Version.text().matches("\\d+\\.\\d+\\.\\d+.*"), Version.text());
  }

  @Test
  void helpNamesEveryOptionAndStatus() {
    assertEquals(0, execute("--help"));

    for (String word :
        List.of("--config", "--set", "--mosquitto-conf", "--check-config", "--version", "--help")) {
      assertTrue(text(out).contains(word), word);
    }
    assertTrue(text(out).contains("bad usage or configuration"));
  }

  @Test
  void badUsageEndsWith2() {
    assertEquals(2, execute("--frobnicate"));
    assertTrue(text(err).contains("--frobnicate"));

    assertEquals(2, execute("--set", "log.level"));
    assertTrue(text(err).contains("KEY=VALUE"));

    assertEquals(2, execute("--config", directory.resolve("none.conf").toString()));
    assertTrue(text(err).contains("none.conf"));

    assertEquals(2, execute("--config", "a", "--config", "b"));
  }

  @Test
  void everyMistakeIsToldInOneGo() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("bad.conf"),
            """
            log.level = loud
            log.timestmap = iso
            broker.shutdown-timeout = 10
            gateway.no-such-key = 1
            brokre.x = 1
            """);

    int status = execute("--config", file.toString(), "--check-config");

    assertEquals(2, status);
    String told = text(err);
    assertTrue(
        told.contains(
            "log.level: loud (expected: error | warn | info | debug | trace) at " + file + ":1"),
        told);
    assertTrue(
        told.contains(
            "log.timestmap (expected: a known key, such as log.timestamp) at " + file + ":2"),
        told);
    assertTrue(told.contains("broker.shutdown-timeout: 10 (expected: a time with its unit"), told);
    assertTrue(
        told.contains("brokre (expected: a known key, such as broker) at " + file + ":5"), told);
    assertFalse(told.contains("gateway"), told);
  }

  @Test
  void mistakesAreToldInTheOrderOfTheirLinesWhichAreNotToldAsTakenOver() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("mosquitto.conf"),
            """
            listener 1883
            max_connections many
            sys_interval often
            broker.shutdown-timeout 1s
            max_packet_size 100000
            acl_file
            log_type loud
            """);

    int status =
        execute("--mosquitto-conf", file.toString(), "--check-config", "--set", "log.level=loud");

    assertEquals(2, status);
    assertEquals(
        List.of("--set log.level", file + ":2", file + ":3", file + ":4", file + ":6"),
        text(err).lines().map(line -> line.replaceFirst(".* at ", "")).toList());
    assertEquals(
        List.of("1", "5", "7"),
        text(out).lines().map(line -> line.replaceFirst(".*?conf:(\\d+): .*", "$1")).toList());
  }

  @Test
  void aFileThatIsNotHoconIsToldWithItsLine() throws Exception {
    Path file = Files.writeString(directory.resolve("bad.conf"), "log {\n  level = [\n}\n");

    assertEquals(2, execute("--config", file.toString()));

    assertTrue(text(err).contains("bad.conf:"), text(err));
  }

  @Test
  void aGoodConfigurationIsCalledGood() {
    assertEquals(0, execute("--check-config", "--set", "log.level=debug"));

    assertTrue(text(out).contains("good"));
    assertEquals("", text(err));
  }

  @Test
  void whatAStartWouldWarnOfIsToldWithoutAStart() {
    assertEquals(0, execute("--check-config"));

    assertEquals("Warning: the secret is short.\nThe configuration is good.\n", text(out));
  }

  @Test
  void anOptionForTheOtherRoleIsToldAndOneInASharedFileIsNot() throws Exception {
    Path file = Files.writeString(directory.resolve("shared.conf"), "gateway.path = /mqtt\n");

    assertEquals(
        0, execute("--check-config", "--config", file.toString(), "--set", "gateway.port=1"));

    assertEquals(
        "--set gateway.port: isn't core-broker's: the gateway reads it",
        text(out).lines().findFirst().orElse(""));
    assertFalse(text(out).contains("gateway.path"), text(out));
  }

  @Test
  void aMistakeOnTheCommandLineNamesTheOption() {
    assertEquals(2, execute("--set", "log.format=xml"));

    assertEquals("log.format: xml (expected: text | json) at --set log.format\n", text(err));
  }

  @Test
  void anUnknownKeyOnTheCommandLineNamesTheOption() {
    assertEquals(2, execute("--set", "lgo.level=info"));

    assertEquals("lgo (expected: a known key, such as log) at --set lgo.level\n", text(err));
  }

  @Test
  void theEnvironmentHoldsSecrets() {
    TestRole role = new TestRole("");
    Arguments arguments = new Arguments();

    Settings settings =
        Reading.of(role, arguments, Map.of("SPILLWAY_LINK_SECRET", "from the environment"))
            .settings();

    assertEquals("from the environment", settings.text("broker.link.secret"));
    assertEquals("none", settings.text("broker.link.secret-file").isEmpty() ? "none" : "file");
  }

  private int execute(String... args) {
    out.reset();
    err.reset();
    RoleCommand command =
        new RoleCommand(
            new TestRole("port in use"), Map.of(), new PrintStream(out), new PrintStream(err));
    return command.execute(args);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
