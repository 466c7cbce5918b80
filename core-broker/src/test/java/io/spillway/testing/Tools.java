package io.spillway.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs of the system that tests use where they are installed. */
public final class Tools {
  private static final long PATIENCE_SECONDS = 20;

  private Tools() {}

  /** Skips the test, saying why, when a program isn't there. */
  public static void assumeInstalled(String program) {
    boolean found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    Assumptions.assumeTrue(found, program + " is not installed");
  }

  /** Runs a program to its end, which must be a good one, and returns what it printed. */
  public static String run(String... command) {
    return end(start(command));
  }

  /** Starts a program; standard error goes where its output goes. */
  public static Process start(String... command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for the good end of a program and returns what it printed. */
  public static String end(Process process) {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        Assertions.fail(
            process.info().commandLine().orElse("a program")
                + " doesn't end within "
                + PATIENCE_SECONDS
                + " s");
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Assertions.assertEquals(0, process.exitValue(), output);
      return output;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
