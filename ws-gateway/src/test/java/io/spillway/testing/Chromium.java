package io.spillway.testing;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The system's Chromium, headless, in a profile of its own. It is found at {@code $CHROMIUM} or
 * where Debian puts it; without it the test is skipped. Closing it ends the process and deletes the
 * profile.
 */
public final class Chromium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern ADDRESS = Pattern.compile("DevTools listening on (ws://\\S+)");

  private final Process process;
  private final Path profile;
  private final DevTools devTools;

  private Chromium(Process process, Path profile, DevTools devTools) {
    this.process = process;
    this.profile = profile;
    this.devTools = devTools;
  }

  /** Starts it, or skips the test where there is none. */
  public static Chromium start() {
    String configured = System.getenv("CHROMIUM");
    Path program = Path.of(configured == null ? "/usr/bin/chromium" : configured);
    Assumptions.assumeTrue(
        Files.isExecutable(program),
        () -> "no Chromium at " + program + ": install chromium, or set CHROMIUM to its path");
    try {
      Path profile = Files.createTempDirectory("spillway-chromium");
      List<String> command =
          List.of(
              program.toString(),
              "--headless=new",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-background-networking",
              "--disable-component-update",
              "--disable-sync",
              "--no-first-run",
              "--remote-debugging-port=0",
              "--user-data-dir=" + profile,
              "about:blank");
      Process process =
          new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      return new Chromium(process, profile, new DevTools(addressSaidBy(process)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a page in a fresh context: no storage, cache or cookies of another test. */
  public BrowserPage open() {
    JsonObject context =
        devTools.send(null, "Target.createBrowserContext", Json.object("disposeOnDetach", true));
    JsonObject target =
        devTools.send(
            null,
            "Target.createTarget",
            Json.object(
                "url", "about:blank", "browserContextId", Json.text(context, "browserContextId")));
    JsonObject session =
        devTools.send(
            null,
            "Target.attachToTarget",
            Json.object("targetId", Json.text(target, "targetId"), "flatten", true));
    return new BrowserPage(
        devTools, Json.text(session, "sessionId"), Json.text(context, "browserContextId"));
  }

  /** Private memory of all renderer processes of this browser, in bytes. */
  public long rendererMemory() {
    return process
        .descendants()
        .filter(Chromium::isRenderer)
        .mapToLong(Chromium::privateMemory)
        .sum();
  }

  @Override
  public void close() {
    devTools.close();
    List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    family.forEach(ProcessHandle::destroyForcibly);
    family.forEach(member -> member.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    delete(profile);
  }

  /** The process goes on writing; its output is read to the end so that it never blocks. */
  private static URI addressSaidBy(Process process) {
    CompletableFuture<URI> address = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(
                      new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  Matcher matcher = ADDRESS.matcher(line);
                  if (matcher.find()) {
                    address.complete(URI.create(matcher.group(1)));
                  }
                }
              } catch (IOException e) {
                address.completeExceptionally(e);
              }
              address.completeExceptionally(new IOException("Chromium ended before it was ready"));
            },
            "chromium-output");
    reader.setDaemon(true);
    reader.start();
    return address.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static boolean isRenderer(ProcessHandle handle) {
    try {
      return Files.readString(Path.of("/proc/" + handle.pid() + "/cmdline"))
          .contains("--type=renderer");
    } catch (IOException e) {
      return false; // It has ended.
    }
  }

  private static long privateMemory(ProcessHandle handle) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + handle.pid() + "/smaps_rollup"))) {
      return lines
              .filter(line -> line.startsWith("Private_Clean") || line.startsWith("Private_Dirty"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          * 1024;
    } catch (IOException e) {
      return 0;
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A helper process may still have written; the directory is a temporary one.
    }
  }
}
