package io.spillway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server that the benchmark has started: what it costs, read from the operating system. */
final class ServerProcess implements AutoCloseable {
  private static final double TICK_MICROS = 10_000;

  /** How the names of the compiler's and the collector's threads begin. */
  private static final List<String> JVM_THREADS = List.of("C1 ", "C2 ", "GC ", "G1 ", "VM ");

  private final String name;
  private final Process process;
  private final Path output;

  /** What it needs beside itself and isn't measured; null: nothing. */
  private ServerProcess companion;

  private ServerProcess(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  static ServerProcess start(String name, Path directory, List<String> command) throws IOException {
    return start(name, directory, command, "");
  }

  /**
   * @param jvm further options of the JVM where our own scripts start one
   */
  static ServerProcess start(String name, Path directory, List<String> command, String jvm)
      throws IOException {
    List<String> limited =
        new ArrayList<>(List.of("bash", "-c", "ulimit -n hard; exec \"$@\"", "-"));
    limited.addAll(command);
    Path output = Files.createTempFile(directory, name, ".log");
    ProcessBuilder builder =
        new ProcessBuilder(limited)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // The benchmark's own options are none of the servers'.
    builder.environment().put("JAVA_OPTS", jvm);
    return new ServerProcess(name, builder.start(), output);
  }

  String name() {
    return name;
  }

  /** Ends this one as well, when it has ended itself. */
  ServerProcess with(ServerProcess companion) {
    this.companion = companion;
    return this;
  }

  /** User and system time so far, of all its threads. */
  double cpuMicros() {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
      // The name in parentheses may hold blanks.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS;
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /**
   * CPU time of each of its threads so far, by thread, in nanoseconds: for work so small that
   * {@link #cpuMicros}, which is in hundredths of a second, doesn't see it. A JVM's compiler and
   * collector are left out: beside so little they mostly work for what was long before.
   */
  Map<String, Long> threadNanos() {
    Map<String, Long> nanos = new HashMap<>();
    Path tasks = Path.of("/proc", String.valueOf(process.pid()), "task");
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        try {
          String threadName = Files.readString(thread.resolve("comm"));
          if (JVM_THREADS.stream().anyMatch(threadName::startsWith)) {
            continue;
          }
          String schedstat = Files.readString(thread.resolve("schedstat"));
          nanos.put(thread.toString(), Long.parseLong(schedstat.split(" ")[0]));
        } catch (IOException e) {
          // It has just ended.
        }
      }
      return nanos;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  double residentKib() {
    try {
      for (String line :
          Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
        if (line.startsWith("VmRSS:")) {
          return Double.parseDouble(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      return Double.NaN;
    }
    return Double.NaN;
  }

  /** Waits until the port answers. */
  void awaitPort(InetSocketAddress address, Duration timeout) throws Exception {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        break;
      }
      try (Socket socket = new Socket()) {
        socket.connect(address, 1000);
        return;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new IllegalStateException(name + " doesn't answer on " + address + ":\n" + tail());
  }

  /** Waits until it has printed this. */
  void awaitOutput(String text, Duration timeout) throws Exception {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      if (Files.readString(output).contains(text)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new IllegalStateException(name + " doesn't say '" + text + "':\n" + tail());
  }

  /** Waits until it says that it is ready, which for a gateway means that its core is linked. */
  void awaitReady(InetSocketAddress address, Duration timeout) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + address.getPort() + "/readyz");
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    long deadline = System.nanoTime() + timeout.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException(name + " isn't ready:\n" + tail());
  }

  private String tail() throws IOException {
    List<String> lines = Files.readAllLines(output);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
    if (companion != null) {
      companion.close();
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
