package io.spillway.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that connect and then do nothing, in processes of their own: one process may not have
 * files enough for all of them. Opened and closed by the main thread.
 */
final class IdleClients implements AutoCloseable {
  /** What one process opens. */
  static final int PER_PROCESS = 5000;

  private final List<Process> processes = new ArrayList<>();

  private IdleClients() {}

  /** Returns when all are connected. */
  static IdleClients open(Target target, boolean webSocket, int count) throws IOException {
    IdleClients clients = new IdleClients();
    try {
      for (int from = 0; from < count; from += PER_PROCESS) {
        clients.start(target, webSocket, from, Math.min(PER_PROCESS, count - from));
      }
      for (Process process : clients.processes) {
        clients.awaitConnected(process);
      }
      return clients;
    } catch (IOException | RuntimeException e) {
      clients.close();
      throw e;
    }
  }

  private void start(Target target, boolean webSocket, int from, int count) throws IOException {
    int port = (webSocket ? target.webSocket() : target.tcp()).getPort();
    processes.add(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:disable",
                "-cp",
                System.getProperty("java.class.path"),
                IdleClients.class.getName(),
                String.valueOf(webSocket),
                String.valueOf(port),
                target.path(),
                String.valueOf(from),
                String.valueOf(count))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  private void awaitConnected(Process process) throws IOException {
    BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    String line = said.readLine();
    if (!"connected".equals(line)) {
      throw new IllegalStateException(line == null ? "the clients ended" : line);
    }
  }

  /** Whether every process still has all of its connections. */
  boolean areConnected() {
    return processes.stream().allMatch(Process::isAlive);
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
  }

  /** One of the processes: it ends when its standard input does, or when a connection is lost. */
  public static void main(String[] args) throws Exception {
    boolean webSocket = Boolean.parseBoolean(args[0]);
    Target target =
        new Target(
            "",
            Target.loopback(Integer.parseInt(args[1])),
            args[2],
            Target.loopback(Integer.parseInt(args[1])),
            List.of());
    int from = Integer.parseInt(args[3]);
    int count = Integer.parseInt(args[4]);
    try (Load load = new Load(1)) {
      List<BenchClient.Plan> plans = new ArrayList<>();
      for (int i = from; i < from + count; i++) {
        plans.add(
            new BenchClient.Plan(target, webSocket, "c-" + i, true, null, 0, null, load.meter()));
      }
      load.open(plans);
      System.out.println("connected");
      Thread input = new Thread(IdleClients::awaitEndOfInput, "input");
      input.setDaemon(true);
      input.start();
      while (input.isAlive() && load.meter().losses().isEmpty()) {
        input.join(100);
      }
    } catch (Exception e) {
      System.out.println(e.getMessage());
    }
    System.exit(1);
  }

  private static void awaitEndOfInput() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      // Ended as well.
    }
  }
}
