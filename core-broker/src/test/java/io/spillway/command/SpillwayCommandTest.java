package io.spillway.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpillwayCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void clientsAreListedShownAndKicked() {
    try (TestBroker broker = TestBroker.start()) {
      RawClient client = broker.client().connect5("a \u001b[31m\u009b");

      assertEquals(0, run(broker, "clients"));
      assertTrue(printed().startsWith("clientId  "), printed());
      assertTrue(printed().contains("a ?[31m? "), printed());
      assertTrue(printed().lines().allMatch(row -> row.length() <= 80), printed());
      assertEquals(0, run(broker, "clients", "--wide"));
      assertTrue(printed().contains("subscriptions"), printed());
      assertEquals(0, run(broker, "client", "a \u001b[31m\u009b"));
      assertTrue(printed().contains("keepAlive: 60"), printed());
      assertEquals(0, run(broker, "kick", "a \u001b[31m\u009b"));

      client.expectDisconnect5(0x98);
    }
  }

  @Test
  void aTableOfClientsFitsItsTerminalAndMarksWhatWasCut() {
    try (TestBroker broker = TestBroker.start()) {
      String name = "a-long-name-of-a-device-" + "x".repeat(200);
      broker.client().connect5(name);

      assertEquals(0, run(broker, "clients", "--wide"));
      assertTrue(printed().lines().allMatch(row -> row.length() <= 120), printed());
      assertTrue(printed().contains("a-long-name-of-a-device-"), printed());
      assertTrue(printed().contains("\u2026  true"), printed());
      assertEquals(0, run(broker, "clients"));
      assertTrue(printed().lines().allMatch(row -> row.length() <= 80), printed());
      assertTrue(printed().contains("\u2026  true"), printed());
      assertEquals(0, run(broker, "clients", "--json"));
      assertTrue(printed().contains(name), printed());
    }
  }

  @Test
  void messagesArePublishedListedAndCleared() {
    try (TestBroker broker = TestBroker.start()) {
      assertEquals(0, run(broker, "publish", "--retain", "a/b", "hello"));
      assertEquals(0, run(broker, "publish", "--retain", "a/c", "hello"));
      assertEquals(0, run(broker, "retained", "--limit", "1", "a/#"));
      assertTrue(printed().contains("There are more: --after 'a/b'"), printed());
      assertEquals(0, run(broker, "retained", "--topic", "a/b"));
      assertTrue(printed().contains("payload: hello"), printed());
      assertEquals(0, run(broker, "clear-retained", "#"));
      assertTrue(printed().contains("cleared: 2"), printed());
    }
  }

  @Test
  void whereThereIsNothingItSaysSo() {
    try (TestBroker broker = TestBroker.start()) {
      assertEquals(0, run(broker, "clients"));
      assertEquals("No client is connected.\n", printed());
      assertEquals(0, run(broker, "sessions", "--away", "--prefix", "x"));
      assertEquals(
          "No session waits for its client whose identifier begins with 'x'.\n", printed());
      assertEquals(0, run(broker, "retained", "a/#"));
      assertEquals("No retained message matches a/#.\n", printed());
      assertEquals(0, run(broker, "publish", "a", "b"));
      assertEquals("Published, but nobody subscribes.\n", printed());
      broker.client().connect311("reader").subscribe("a", 0);
      assertEquals(0, run(broker, "publish", "a", "b"));
      assertEquals("Published to its subscribers.\n", printed());
      assertEquals(0, run(broker, "subscriptions", "reader"));
      assertTrue(printed().contains("a       false"), printed());
    }
  }

  @Test
  void everyCommandHasHelp() {
    for (String command :
        List.of(
            "clients",
            "sessions",
            "client",
            "subscriptions",
            "retained",
            "clear-retained",
            "kick",
            "drop",
            "publish",
            "backup")) {
      assertEquals(0, run(Map.of(), command, "--help"), command);
      assertTrue(printed().startsWith("Usage: spillway " + command), printed());
      assertTrue(printed().contains("--token-file"), printed());
    }
  }

  @Test
  void theTokenComesFromTheEnvironment() {
    try (TestBroker broker = TestBroker.start("broker.admin.token = abc")) {
      assertEquals(1, run(broker, "clients"));
      assertTrue(told().contains("broker.admin.token"), told());
      assertTrue(told().contains("SPILLWAY_ADMIN_TOKEN"), told());
      assertEquals(0, run(broker, Map.of("SPILLWAY_ADMIN_TOKEN", "abc"), "clients", "--json"));
      assertTrue(printed().startsWith("{\"clients\":[]"), printed());
    }
  }

  @Test
  void withoutABrokerItSaysWhereItLooked() {
    assertEquals(1, run(Map.of(), "clients", "--url", "http://127.0.0.1:1"));

    assertTrue(told().startsWith("spillway: no answer from http://"), told());
  }

  @Test
  void theGuidesCommandsAreUnderstood() throws Exception {
    int commands = 0;
    for (String line : Files.readAllLines(Path.of("../conf/README.md"))) {
      if (line.startsWith("    scripts/spillway ")) {
        String[] words = line.strip().split(" ");
        List<String> args = new ArrayList<>(List.of(words).subList(1, words.length));
        args.addAll(List.of("--url", "http://127.0.0.1:1"));
        // Understood, and then there is no broker.
        assertEquals(1, run(Map.of(), args.toArray(String[]::new)), line);
        commands++;
      }
    }
    assertTrue(commands >= 4, commands + " commands");
  }

  @Test
  void aMistakeInUsageEndsWithTwo() {
    assertEquals(2, run(Map.of(), "kick"));
    assertEquals(2, run(Map.of(), "clinets"));
    assertEquals(2, run(Map.of()));
  }

  @Test
  void aMistakeInUsageIsToldInALineAndNotWithTheUsage() {
    run(Map.of(), "kick");
    assertEquals(
        "spillway: Missing required parameter: 'CLIENT'\nTry 'spillway kick --help'.\n", told());
    run(Map.of(), "--bogus");
    assertEquals("spillway: Unknown option: '--bogus'\nTry 'spillway --help'.\n", told());
    run(Map.of(), "xyzzy");
    assertTrue(told().startsWith("spillway: there is no command 'xyzzy'\n"), told());
    assertTrue(told().endsWith("\nTry 'spillway --help'.\n"), told());
    assertEquals("", printed());
  }

  @Test
  void theAddressNeedsNoScheme() {
    try (TestBroker broker = TestBroker.start()) {
      String address = "127.0.0.1:" + broker.broker().adminPort();
      assertEquals(0, run(Map.of(), "clients", "--url", address), told());
      assertEquals(0, run(Map.of(), "clients", "--url", "http://" + address + "/"), told());
    }
    assertEquals(1, run(Map.of(), "clients", "--url", "ftp://127.0.0.1"));
    assertEquals(
        "spillway: --url: ftp://127.0.0.1 (expected: such as http://127.0.0.1:9883)\n", told());
  }

  @Test
  void theHelpOfRetainedNamesTheOptionThatShowsThePayload() {
    assertEquals(0, run(Map.of(), "retained", "--help"));
    assertTrue(printed().contains("shows one with its payload (--topic TOPIC)"), printed());
    assertTrue(printed().contains("  spillway retained --topic house/door\n"), printed());
  }

  private int run(TestBroker broker, String... args) {
    return run(broker, Map.of(), args);
  }

  private int run(TestBroker broker, Map<String, String> environment, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add(1, "--url");
    all.add(2, "http://127.0.0.1:" + broker.broker().adminPort());
    return run(environment, all.toArray(String[]::new));
  }

  private int run(Map<String, String> environment, String... args) {
    out.reset();
    err.reset();
    return new SpillwayCommand(
            environment,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .execute(args);
  }

  private String told() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
