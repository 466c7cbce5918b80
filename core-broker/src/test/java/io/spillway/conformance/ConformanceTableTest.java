package io.spillway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of statements and tests is whole and current. */
class ConformanceTableTest {
  private final ConformanceTable table = new ConformanceTable();

  @Test
  void everyStatementThatBindsAServerHasATest() {
    assertEquals(List.of(), table.v5.unproven(), "MQTT 5.0");
    assertEquals(List.of(), table.v311.unproven(), "MQTT 3.1.1");
  }

  @Test
  void everyAnnotationNamesAStatement() {
    assertEquals(List.of(), table.v5.unknown(), "MQTT 5.0");
    assertEquals(List.of(), table.v311.unknown(), "MQTT 3.1.1");
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
