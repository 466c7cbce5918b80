package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HoconFaultTest {
  @TempDir Path directory;

  @Test
  void whatIsWrongIsSaidWithoutTheParsersWords() throws Exception {
    assertMistake(2, "HOCON; a } for each { before the file's end", "broker {\n");
    assertMistake(1, "HOCON; a text with ` stands in double quotes", "broker.x = a`secret");
    assertMistake(2, "HOCON; a ] at the end of a list", "broker.x = [ 1\ny = 3\n");
    assertMistake(
        1,
        "HOCON; a text ends on its line, with a double quote if it began with one",
        "broker.x = \"20\n");
    assertMistake(2, "HOCON; = or { behind a key", "broker.x 20\n");
    assertMistake(1, "HOCON; a key without empty parts between its dots", "broker..x = 20\n");
    assertMistake(1, "HOCON; a { for each }", "log.level = info }\n");
  }

  @Test
  void aSubstitutionThatIsMissingIsNamed() throws Exception {
    assertEquals(
        "configuration (expected: a key or an environment variable for ${x.y}) at FILE:1",
        mistake("log.level = ${x.y}\n"));
  }

  @Test
  void anIncludedFileThatIsMissingIsNamed() throws Exception {
    String file = directory.resolve("none.conf").toString();
    assertEquals(
        "--config: FILE (expected: a readable file, as it is included) at " + file,
        mistake("include required(file(\"" + file + "\"))\n"));
  }

  private void assertMistake(int line, String expectation, String text) throws Exception {
    assertEquals("--config: FILE (expected: " + expectation + ") at FILE:" + line, mistake(text));
  }

  private String mistake(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("a.conf"), text);
    Arguments arguments = new Arguments();
    arguments.config = file;
    Settings settings = Reading.of(new TestRole(""), arguments, Map.of()).settings();
    return settings.mistakes().get(0).toString().replace(file.toString(), "FILE");
  }
}
