package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scripts start, seen by a Java that only notes how it was called. */
class LaunchTest {
  private static final Path SCRIPT = Path.of("../scripts/lib/launch.sh").toAbsolutePath();

  private static final String JAVA =
      """
      #!/bin/sh
      archive=
      for argument; do
        case $argument in -XX:ArchiveClassesAtExit=*) archive=${argument#*=} ;; esac
      done
      [ -z "$archive" ] || trap 'echo ended >>"%1$s"; echo classes >"$archive"; exit 0' TERM
      echo "[$NOTIFY_SOCKET] $*" >>"%1$s"
      [ -n "$archive" ] || exit 0
      [ -e "%2$s" ] || echo 'spillway 1.2 running'
      while :; do sleep 0.02; done
      """;

  @TempDir Path directory;
  private Path lib;
  private Path told;
  private Path neverReady;

  @BeforeEach
  void installation() throws Exception {
    lib = Files.createDirectories(directory.resolve("lib"));
    told = directory.resolve("told");
    neverReady = directory.resolve("never-ready");
    Files.writeString(lib.resolve("core-broker-1.2.jar"), "");
    Path bin = Files.createDirectories(directory.resolve("jdk/bin"));
    Path java = Files.writeString(bin.resolve("java"), JAVA.formatted(told, neverReady));
    assertTrue(java.toFile().setExecutable(true));
    release("17.0.1");
  }

  @Test
  void theFirstStartMakesTheSharedClassesAndTellsNobodyOfIt() throws Exception {
    start();
    start();

    List<String> calls = calls();
    assertEquals(3, calls.size(), calls.toString());
    assertTrue(calls.get(0).startsWith("[] ") && calls.get(0).contains("ArchiveClassesAtExit"));
    String archive = "-XX:SharedArchiveFile=" + lib.resolve("classes-1.2-java-17.0.1.jsa");
    for (String real : calls.subList(1, 3)) {
      assertTrue(real.startsWith("[/run/notify] ") && real.contains(archive), real);
      assertTrue(real.endsWith(" Main --set a=b"), real);
    }
  }

  @Test
  void anotherJavaOrAChangedJarMakesThemAnew() throws Exception {
    start();
    release("17.0.2");
    start();
    Files.setLastModifiedTime(
        lib.resolve("core-broker-1.2.jar"),
        FileTime.fromMillis(System.currentTimeMillis() + 3_600_000));
    start();
    start();

    assertEquals(3, calls().stream().filter(call -> call.contains("ArchiveClasses")).count());
    try (Stream<Path> files = Files.list(lib)) {
      assertEquals(
          List.of("classes-1.2-java-17.0.2.jsa", "core-broker-1.2.jar"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void aStopWhileTheyAreMadeLeavesNothingBehind() throws Exception {
    Files.writeString(neverReady, "");
    Process process = launch();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(told)) {
      assertTrue(System.nanoTime() < deadline, "nothing was started");
      Thread.onSpinWait();
    }

    process.destroy();

    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
    assertFalse(calls().stream().anyMatch(call -> call.contains("SharedArchiveFile")));
    assertEquals("ended", Files.readAllLines(told).get(1));
    try (Stream<Path> files = Files.list(lib)) {
      assertEquals(1, files.count());
    }
  }

  private void start() {
    Tools.end(launch());
  }

  private Process launch() {
    return Tools.start(
        "env",
        "JAVA_HOME=" + directory.resolve("jdk"),
        "NOTIFY_SOCKET=/run/notify",
        "bash",
        "-c",
        "set -eu; . " + SCRIPT + "; launch " + directory + " " + lib + " Main run --set a=b");
  }

  private void release(String version) throws Exception {
    Files.writeString(directory.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  private List<String> calls() throws Exception {
    return Files.readAllLines(told).stream().filter(line -> line.startsWith("[")).toList();
  }
}
