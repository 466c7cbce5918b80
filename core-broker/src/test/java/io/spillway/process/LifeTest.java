package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own each, as signals and exit statuses are a process's. */
@Timeout(60)
class LifeTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private Process process;
  private BufferedReader lines;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Test
  void sigtermDrainsAndExitsWith0() throws Exception {
    start("good");
    expect("Open http://127.0.0.1:8080/");
    expect("spillway " + Version.text() + " running");

    process.toHandle().destroy();

    expectStopWithinLessThanTenSeconds();
    assertEquals(0, status());
    assertEquals(
        List.of(
            "spillway version " + Version.text() + " starting",
            "spillway version " + Version.text() + " terminating",
            "spillway version " + Version.text() + " terminated"),
        log().map(line -> line.replaceFirst("^\\d{10}: ", "")).toList());
  }

  @Test
  void aStopThatHangsIsCutOffInTime() throws Exception {
    start("stuck stop", "--set", "broker.shutdown-timeout=1s");
    expect("Open http://127.0.0.1:8080/");
    expect("spillway " + Version.text() + " running");

    long begin = System.nanoTime();
    process.toHandle().destroy();

    assertEquals(0, status());
    assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(5));
    assertTrue(log().anyMatch(line -> line.contains("shutdown-timeout")));
  }

  @Test
  void sigtermDuringAStartThatHangsEndsIt() throws Exception {
    start("slow start", "--set", "broker.shutdown-timeout=1s");
    expect("starting");

    process.toHandle().destroy();

    assertEquals(0, status());
  }

  @Test
  void sighupReloads() throws Exception {
    Path file = Files.writeString(directory.resolve("a.conf"), "log.level = info\n");
    start("good", "--config", file.toString());
    expect("Open http://127.0.0.1:8080/");
    expect("spillway " + Version.text() + " running");

    Files.writeString(file, "log.level = debug\nbroker.shutdown-timeout = 7s\n");
    hangUp();
    expect("reloaded PT7S");
    Files.writeString(file, "log.level = loud\n");
    hangUp();
    // With what was good before: a file that can't be used keeps no other from being read.
    expect("reloaded PT7S");
    process.toHandle().destroy();

    expectStopWithinLessThanTenSeconds();
    assertEquals(0, status());
    List<String> log = log().toList();
    assertTrue(log.stream().anyMatch(line -> line.endsWith(": debug is on")), log.toString());
    String needed =
        "Warning: broker.shutdown-timeout was changed; it takes effect with the next start.";
    assertTrue(log.stream().anyMatch(line -> line.endsWith(needed)), log.toString());
  }

  @Test
  void systemdIsToldWhenItIsReadyAndWhenItStops() throws Exception {
    Path told = directory.resolve("told");
    Path program = directory.resolve("systemd-notify");
    Files.writeString(program, "#!/bin/sh\necho \"$NOTIFY_SOCKET $*\" >>" + told + "\n");
    assertTrue(program.toFile().setExecutable(true));
    environment.put("NOTIFY_SOCKET", "/run/some");
    environment.put("PATH", directory + ":" + System.getenv("PATH"));
    start("good");
    expect("Open http://127.0.0.1:8080/");
    expect("spillway " + Version.text() + " running");

    process.toHandle().destroy();

    assertEquals(0, status());
    assertEquals(
        List.of("/run/some --ready --status=running", "/run/some STOPPING=1 --status=stopping"),
        Files.readAllLines(told));
  }

  @Test
  void whatCannotStartExitsWith1AndOneLine() throws Exception {
    start("port in use");

    expect("stop within 10 s");
    assertEquals(1, status());
    assertTrue(log().anyMatch(line -> line.endsWith("Error: broker.listeners.tcp.port: in use")));
    assertEquals(2, log().count());
  }

  @Test
  void aBugAtTheStartShowsWhereItIs() throws Exception {
    start("broken");

    expect("stop within 10 s");
    assertEquals(1, status());
    assertTrue(log().anyMatch(line -> line.contains("IllegalStateException: broken")));
    assertTrue(log().anyMatch(line -> line.contains("at io.spillway.process.TestRole.start")));
  }

  private void start(String manner, String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-Dmanner=" + manner, "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), TestRole.class.getName()));
    command.addAll(Arrays.asList(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(directory.resolve("log").toFile());
    builder.environment().putAll(environment);
    process = builder.start();
    lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private void expect(String line) throws Exception {
    assertEquals(line, lines.readLine(), () -> "the log: " + log().toList());
  }

  /** Some of the timeout is kept for the JVM's exit, and some may have passed already. */
  private void expectStopWithinLessThanTenSeconds() throws Exception {
    String line = String.valueOf(lines.readLine());
    assertTrue(line.matches("stop within [1-9] s"), () -> line + ", the log: " + log().toList());
  }

  private int status() throws Exception {
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private void hangUp() throws Exception {
    new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start().waitFor();
  }

  private Stream<String> log() {
    try {
      return Files.readAllLines(directory.resolve("log")).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
