package io.spillway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** A core or a gateway in a process of its own, so that it can be stopped and killed. */
public final class RoleProcess implements AutoCloseable {
  private static final List<String> USUAL = List.of("-Xmx256m");

  private final Process process;

  /** The reader's; anybody looks. */
  private final StringBuffer output = new StringBuffer();

  private RoleProcess(
      List<String> prefix, String mainClass, List<String> jvm, List<String> settings) {
    List<String> command = new ArrayList<>(prefix);
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    for (String setting : settings) {
      command.add("--set");
      command.add(setting);
    }
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Tools.awaitLine(process, "spillway ");
    Thread reader = new Thread(this::read, "output");
    reader.setDaemon(true);
    reader.start();
  }

  /** A core with these ports and a gateway's link. */
  public static RoleProcess core(int tcpPort, int linkPort) {
    return core(USUAL, tcpPort, linkPort);
  }

  /** The same with these options of the JVM and further settings, KEY=VALUE. */
  public static RoleProcess core(List<String> jvm, int tcpPort, int linkPort, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(
        List.of(
            "broker.listeners.tcp.host=127.0.0.1",
            "broker.listeners.tcp.port=" + tcpPort,
            "broker.link.host=127.0.0.1",
            "broker.link.port=" + linkPort,
            "broker.admin.enabled=false",
            "broker.store.durability=memory"));
    return new RoleProcess(List.of(), "io.spillway.broker.BrokerMain", jvm, all);
  }

  public static RoleProcess gateway(int httpPort, int linkPort) {
    return gateway(List.of(), USUAL, httpPort, linkPort);
  }

  /**
   * The same with further settings, KEY=VALUE.
   *
   * @param prefix put before the command, such as a program that bounds what it may use
   * @param jvm options of the JVM
   */
  public static RoleProcess gateway(
      List<String> prefix, List<String> jvm, int httpPort, int linkPort, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(
        List.of(
            "gateway.listeners.http.host=127.0.0.1",
            "gateway.listeners.http.port=" + httpPort,
            "gateway.admin.enabled=false",
            "gateway.upstream.reconnect-spread=500ms",
            "gateway.upstream.reconnect-max=500ms",
            "gateway.upstream.addresses.0=127.0.0.1:" + linkPort));
    return new RoleProcess(prefix, "io.spillway.gateway.GatewayMain", jvm, all);
  }

  private void read() {
    try {
      InputStreamReader in = new InputStreamReader(process.getInputStream(), UTF_8);
      char[] some = new char[4096];
      for (int count = in.read(some); count >= 0; count = in.read(some)) {
        output.append(some, 0, count);
      }
    } catch (IOException e) {
      // The process has ended.
    }
  }

  /** What it has logged and said since it ran. */
  public String output() {
    return output.toString();
  }

  /** {@code KILL}, {@code TERM}, {@code STOP} or {@code CONT}. */
  public void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
      Assertions.assertEquals(0, kill.waitFor());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public int exitStatus() {
    try {
      Assertions.assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it doesn't end");
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
