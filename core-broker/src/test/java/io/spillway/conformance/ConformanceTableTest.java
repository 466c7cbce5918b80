package io.spillway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of statements and tests is whole and current. */
class ConformanceTableTest {
  /** Limits that have no place on every transport, and why. */
  private static final Map<String, String> OTHER_LIMITS =
      Map.of(
          "hand-over", "between the event loops",
          "per-address.failed-login-period", "AddressLimitsTest has it, with a clock of its own",
          "max-queued-qos0-bytes", "SessionTest has it; for browsers there is gateway.slow-client",
          "link-streams", "of a link, not of a client",
          "link-credit", "of a link, not of a client",
          "link-queued-bytes", "of a link, not of a client",
          "link-queued-bytes-total", "of a link, not of a client");

  private final ConformanceTable table = new ConformanceTable();

  @Test
  void everyStatementThatBindsAServerHasATest() {
    assertEquals(List.of(), table.v5.unproven(), "MQTT 5.0");
    assertEquals(List.of(), table.v311.unproven(), "MQTT 3.1.1");
    assertEquals(List.of(), table.v31.unproven(), "MQTT 3.1");
  }

  @Test
  void everyAnnotationNamesAStatement() {
    assertEquals(List.of(), table.v5.unknown(), "MQTT 5.0");
    assertEquals(List.of(), table.v311.unknown(), "MQTT 3.1.1");
    assertEquals(List.of(), table.v31.unknown(), "MQTT 3.1");
  }

  @Test
  void everyLimitIsSeenOnEveryTransportOrSaysWhyNot() {
    Set<String> keys = new TreeSet<>();
    ConfigFactory.defaultReference()
        .getConfig("broker.limits")
        .entrySet()
        .forEach(key -> keys.add(key.getKey()));
    keys.removeAll(OTHER_LIMITS.keySet());
    Set<String> seen = new TreeSet<>();
    for (Class<?> chapter : List.of(LimitsChapter.class, FlowChapter.class)) {
      Stream.of(chapter.getDeclaredMethods())
          .filter(method -> method.isAnnotationPresent(Limit.class))
          .forEach(method -> seen.addAll(List.of(method.getAnnotation(Limit.class).value())));
    }

    assertEquals(keys, seen);
  }

  @Test
  void theListsAreWhole() {
    assertEquals(251, table.v5.statements().size());
    assertEquals(141, table.v311.statements().size());
  }

  @Test
  void theCommittedTableIsCurrent() throws Exception {
    Path file = Path.of("CONFORMANCE.md");
    if (System.getenv("SPILLWAY_WRITE_CONFORMANCE") != null) {
      Files.writeString(file, table.text());
    }

    assertEquals(table.text(), Files.readString(file));
  }

  @Test
  void theGatewaysTestsExist() throws Exception {
    Path source =
        Path.of("../ws-gateway/src/test/java/io/spillway/conformance/WebSocketChapterTest.java");
    String text = Files.readString(source);
    for (String test : ConformanceTable.IN_GATEWAY.values()) {
      String method = test.substring(test.indexOf('.') + 1);
      assertTrue(text.contains("void " + method + "("), test);
    }
  }
}
