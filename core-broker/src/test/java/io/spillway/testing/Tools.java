package io.spillway.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs of the system that tests use where they are installed. */
public final class Tools {
  private static final long PATIENCE_SECONDS = 20;
  private static final long NPM_SECONDS = 60;

  private Tools() {}

  /** Skips the test, saying why, when a program isn't there. */
  public static void assumeInstalled(String program) {
    Assumptions.assumeTrue(isInstalled(program), program + " is not installed");
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** Runs a program to its good end with this as its input, unless it isn't there. */
  public static void feedIfInstalled(String input, String... command) {
    if (!isInstalled(command[0])) {
      return;
    }
    Process process = start(command);
    try (OutputStream out = process.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    end(process);
  }

  /** Lets npm fetch a package into a directory; skips the test where it can't, as without a net. */
  public static void fetchByNpm(Path directory, String... arguments) {
    assumeInstalled("npm");
    List<String> command = new ArrayList<>(List.of("npm"));
    command.addAll(List.of(arguments));
    try {
      Process npm =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("npm.log").toFile())
              .start();
      boolean ended = npm.waitFor(NPM_SECONDS, TimeUnit.SECONDS);
      npm.destroyForcibly();
      Assumptions.assumeTrue(ended && npm.exitValue() == 0, "can't fetch: " + command);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
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
    CompletableFuture<String> output = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                byte[] bytes = process.getInputStream().readAllBytes();
                output.complete(new String(bytes, StandardCharsets.UTF_8));
              } catch (IOException e) {
                output.completeExceptionally(e);
              }
            });
    reader.start();
    try {
      String printed = output.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      Assertions.assertEquals(0, process.waitFor(), printed);
      return printed;
    } catch (TimeoutException e) {
      throw new AssertionError("a program doesn't end within " + PATIENCE_SECONDS + " s", e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Reads what a running program prints up to a line that begins like this. */
  public static void awaitLine(Process process, String beginning) {
    CompletableFuture<Void> seen = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                StringBuilder line = new StringBuilder();
                // Byte by byte, so that what follows the line stays for the next reader.
                for (int b = process.getInputStream().read(); b >= 0; ) {
                  line.append((char) b);
                  if (b == '\n' && line.toString().startsWith(beginning)) {
                    seen.complete(null);
                    return;
                  } else if (b == '\n') {
                    line.setLength(0);
                  }
                  b = process.getInputStream().read();
                }
                seen.completeExceptionally(new AssertionError("ended without " + beginning));
              } catch (IOException e) {
                seen.completeExceptionally(e);
              }
            });
    reader.start();
    try {
      seen.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | InterruptedException | ExecutionException e) {
      process.destroyForcibly();
      throw new AssertionError("no line " + beginning, e);
    }
  }
}
