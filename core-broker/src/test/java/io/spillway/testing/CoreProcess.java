package io.spillway.testing;

import io.spillway.broker.BrokerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;

/**
 * A core broker in a process of its own, which can be killed and started again over the same
 * directory and ports. Used by one thread.
 */
public final class CoreProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Path directory;
  private final int tcpPort = Ports.free();
  private final int linkPort = Ports.free();
  private final int adminPort = Ports.free();
  private final List<String> settings;

  /** Put before the command, for instance a program that changes the user. */
  private final List<String> prefix;

  private Process process;
  private BufferedReader output;

  /** With further settings, KEY=VALUE. Nothing runs yet. */
  public CoreProcess(Path directory, String... settings) {
    this(directory, List.of(), settings);
  }

  public CoreProcess(Path directory, List<String> prefix, String... settings) {
    this.directory = directory;
    this.prefix = prefix;
    this.settings = List.of(settings);
  }

  public int tcpPort() {
    return tcpPort;
  }

  public int linkPort() {
    return linkPort;
  }

  /** Where its admin listener is, if {@code broker.admin.enabled=true} is among the settings. */
  public int adminPort() {
    return adminPort;
  }

  public Path store() {
    return directory.resolve("data");
  }

  /** Starts it and doesn't wait. */
  public CoreProcess launch() {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-ea"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(BrokerMain.class.getName());
    List<String> all =
        new ArrayList<>(
            List.of(
                "broker.listeners.tcp.host=127.0.0.1",
                "broker.listeners.tcp.port=" + tcpPort,
                "broker.link.host=127.0.0.1",
                "broker.link.port=" + linkPort,
                "broker.admin.enabled=false",
                "broker.admin.host=127.0.0.1",
                "broker.admin.port=" + adminPort,
                "broker.io-threads=2",
                "broker.store.directory=" + store()));
    all.addAll(settings);
    for (String setting : all) {
      command.addAll(Arrays.asList("--set", setting));
    }
    try {
      process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return this;
  }

  /** Starts it and waits until it runs. */
  public CoreProcess start() {
    launch();
    try {
      String line = output.readLine();
      while (line != null && !line.endsWith(" running")) {
        line = output.readLine();
      }
      Assertions.assertNotNull(line, () -> "it ended:\n" + log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /**
   * Whether its database is putting tables together at this moment, as far as the system can tell:
   * the thread for that is running or waits for the disk.
   */
  public boolean isCompacting() {
    Path tasks = Path.of("/proc", String.valueOf(process.pid()), "task");
    try (Stream<Path> threads = Files.list(tasks)) {
      return threads.anyMatch(CoreProcess::isCompacting);
    } catch (IOException | UncheckedIOException e) {
      return false; // It has ended, or the system isn't Linux.
    }
  }

  private static boolean isCompacting(Path thread) {
    try {
      // 4711 (rocksdb:low) R 1 …
      String stat = Files.readString(thread.resolve("stat"));
      return stat.contains("(rocksdb:low) R") || stat.contains("(rocksdb:low) D");
    } catch (IOException e) {
      return false; // It has just ended.
    }
  }

  /** {@code kill -9}. */
  public void kill() {
    process.destroyForcibly();
    status();
  }

  /** Waits for its end and returns its exit status. */
  public int status() {
    try {
      Assertions.assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it doesn't end");
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** SIGTERM, and a good end. */
  public void stop() {
    process.destroy();
    Assertions.assertEquals(0, status(), this::log);
  }

  public RawClient client() {
    return RawClient.tcp(tcpPort);
  }

  /** What all its runs have logged. */
  public String log() {
    try {
      return Files.exists(logFile()) ? Files.readString(logFile()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }

  private Path logFile() {
    return directory.resolve("core.log");
  }
}
