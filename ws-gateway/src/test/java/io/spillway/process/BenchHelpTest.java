package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.spillway.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code scripts/bench} answers to whoever only asks. */
class BenchHelpTest {
  private static final Path ROOT = Path.of("..");
  private static final Path TEXTS = Path.of("ws-gateway/src/bench");
  private static final String PROGRAM = "io.spillway.bench.BenchMain";

  @TempDir Path checkout;

  @ParameterizedTest
  @CsvSource({"--help, help.txt", "-h, help.txt", "--list, scenarios.txt"})
  void aCheckoutThatWasNeverBuiltAnswersWithoutABuild(String option, String text) throws Exception {
    Tools.assumeInstalled("bash");
    Path script = Path.of("scripts/bench");
    for (Path file : List.of(script, TEXTS.resolve(text))) {
      Files.createDirectories(checkout.resolve(file).getParent());
      Files.copy(ROOT.resolve(file), checkout.resolve(file));
    }

    String answer = Tools.run("bash", checkout.resolve(script).toString(), "ws-pairs", option);

    assertEquals(Files.readString(ROOT.resolve(TEXTS).resolve(text)), answer);
  }

  /** The load generator is there in the profile {@code bench} alone, which scripts/test chooses. */
  @Test
  void theTextsAreTheProgramsOwn() throws Exception {
    assumeTrue(
        getClass().getResource("/" + PROGRAM.replace('.', '/') + ".class") != null,
        "the load generator isn't compiled");

    assertEquals(answer("--help"), Files.readString(ROOT.resolve(TEXTS).resolve("help.txt")));
    String scenarios = answer("--list");
    assertEquals(scenarios, Files.readString(ROOT.resolve(TEXTS).resolve("scenarios.txt")));
    assertTrue(scenarios.contains("ws-pairs"), scenarios);
  }

  private static String answer(String option) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    return Tools.end(
        new ProcessBuilder(java, "-cp", classPath, PROGRAM, option)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }
}
