package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import io.spillway.testing.Tools;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the guides, run as they stand there: each paragraph of them as processes of their
 * own, with ports and a directory that nobody else has.
 */
class GuidesTest {
  private static final Path ROOT = Path.of("..");

  private static final Pattern COMMAND =
      Pattern.compile(
          "    (?:SPILLWAY_LINK_SECRET=\\S+ )?scripts/(run|core-broker|ws-gateway|spillway)(.*)");

  private static final Map<String, String> MAIN_CLASSES =
      Map.of(
          "run", "io.spillway.gateway.StandaloneMain",
          "core-broker", "io.spillway.broker.BrokerMain",
          "ws-gateway", "io.spillway.gateway.GatewayMain",
          "spillway", "io.spillway.command.SpillwayCommand");

  @TempDir Path directory;

  private final int tcp = Ports.free();
  private final int link = Ports.free();
  private final int admin = Ports.free();
  private final int http = Ports.free();

  @TestFactory
  Stream<DynamicTest> whatAGuideStartsServesAndStopsInOrder() throws IOException {
    Map<String, List<List<String>>> paragraphs = new LinkedHashMap<>();
    for (List<List<String>> paragraph : paragraphs()) {
      String first = paragraph.get(0).get(0);
      if (!first.equals("spillway") && !paragraph.get(0).contains("--check-config")) {
        paragraphs.put(
            String.join("; ", paragraph.stream().map(GuidesTest::shown).toList()), paragraph);
      }
    }
    assertTrue(paragraphs.size() >= 7, paragraphs.keySet().toString());
    return paragraphs.entrySet().stream()
        .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> serves(each.getValue())));
  }

  @Test
  void whatAMosquittoConfBecomesIsListed() throws Exception {
    Path mosquitto = Path.of("/etc/mosquitto/mosquitto.conf");
    assumeTrue(Files.isReadable(mosquitto), "no Mosquitto here");
    List<String> command =
        paragraphs().stream()
            .flatMap(List::stream)
            .filter(each -> each.contains("--check-config"))
            .findFirst()
            .orElseThrow();

    String told = Tools.end(start(command, List.of()));

    assertTrue(told.contains("persistence true"), told);
    assertTrue(told.contains("The configuration is good."), told);
  }

  @Test
  void whatLooksAfterABrokerDoesWhatTheGuideSays() throws Exception {
    List<List<String>> commands =
        paragraphs().stream()
            .filter(each -> each.get(0).get(0).equals("spillway"))
            .findFirst()
            .orElseThrow();
    Process core = start(List.of("core-broker"), coreSettings());
    try {
      Tools.awaitLine(core, "spillway ");
      try (RawClient display = RawClient.tcp(tcp).connect311("kitchen-display")) {
        display.send(Packets.packet(0x31, "sensors/a", "1".getBytes()));
        display.expectNothing();
        Map<String, String> told = new LinkedHashMap<>();
        for (List<String> command : commands) {
          told.put(
              shown(command),
              Tools.end(start(command, List.of("--url", "http://127.0.0.1:" + admin))));
        }
        assertTrue(
            told.get("scripts/spillway clients").contains("kitchen-display"), told.toString());
        assertTrue(
            told.get("scripts/spillway retained sensors/#").contains("sensors/a"), told.toString());
        display.expectClosed();
      }
    } finally {
      stop(core);
    }
  }

  /** Commands that stand together; a command is the script's name and its arguments. */
  private static List<List<List<String>>> paragraphs() throws IOException {
    List<List<List<String>>> paragraphs = new ArrayList<>();
    List<List<String>> paragraph = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("conf/README.md"))) {
      Matcher command = COMMAND.matcher(line);
      if (command.matches()) {
        List<String> words = new ArrayList<>(List.of(command.group(1)));
        Stream.of(command.group(2).replace("'", "").strip().split(" "))
            .filter(each -> !each.isEmpty())
            .forEach(words::add);
        paragraph.add(words);
      } else if (!paragraph.isEmpty()) {
        paragraphs.add(paragraph);
        paragraph = new ArrayList<>();
      }
    }
    return paragraphs;
  }

  private void serves(List<List<String>> commands) throws Exception {
    boolean foreign =
        commands.stream().anyMatch(each -> each.contains("gateway.upstream.type=plain"));
    boolean core = commands.stream().anyMatch(each -> !each.get(0).equals("ws-gateway"));
    boolean gateway = commands.stream().anyMatch(each -> !each.get(0).equals("core-broker"));
    boolean passwords =
        commands.stream().anyMatch(each -> each.contains("conf/internal-core.conf"));
    List<Process> processes = new ArrayList<>();
    try (TestBroker other = foreign ? TestBroker.start() : null) {
      for (List<String> command : commands) {
        List<String> settings = new ArrayList<>();
        if (!command.get(0).equals("ws-gateway")) {
          settings.addAll(coreSettings());
        }
        if (!command.get(0).equals("core-broker")) {
          settings.addAll(set("gateway.listeners.http.port=" + http));
          settings.addAll(set("gateway.admin.enabled=false"));
        }
        if (command.get(0).equals("ws-gateway")) {
          int upstream = foreign ? other.broker().tcpPort() : link;
          settings.addAll(set("gateway.upstream.addresses.0=127.0.0.1:" + upstream));
        }
        processes.add(start(command, settings));
      }
      for (Process process : processes) {
        Tools.awaitLine(process, "spillway ");
      }
      if (gateway) {
        TestSystem.await("/readyz", () -> status("/readyz") == 200);
        assertEquals(200, status("/"), "the dashboard");
      }
      if (!passwords) {
        int deviceAt = foreign ? other.broker().tcpPort() : tcp;
        try (RawClient device = RawClient.tcp(deviceAt).connect311("device");
            RawClient another =
                gateway
                    ? new RawClient(WebSocketWire.connect(http, "/mqtt")).connect311("browser")
                    : RawClient.tcp(tcp).connect311("another")) {
          another.subscribe("TestTopic", 0);
          device.publish("TestTopic", "hello");
          another.expectPublish("TestTopic", "hello");
        }
      }
      assertTrue(core || foreign, "somebody has to be a broker");
    } finally {
      // Gateways first, as whoever stops a service would.
      for (int i = processes.size() - 1; i >= 0; i--) {
        stop(processes.get(i));
      }
    }
  }

  private List<String> coreSettings() {
    List<String> settings = new ArrayList<>();
    for (String setting :
        List.of(
            "broker.listeners.tcp.port=" + tcp,
            "broker.link.port=" + link,
            "broker.admin.port=" + admin,
            "broker.store.directory=" + directory.resolve("data"))) {
      settings.addAll(set(setting));
    }
    return settings;
  }

  private static List<String> set(String setting) {
    return List.of("--set", setting);
  }

  private static Process start(List<String> command, List<String> more) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    line.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.add(MAIN_CLASSES.get(command.get(0)));
    for (String argument : command.subList(1, command.size())) {
      line.add(
          argument.startsWith("conf/")
              ? ROOT.resolve(argument).toString()
              : argument.replace("port=1885", "port=" + Ports.free()));
    }
    line.addAll(more);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("SPILLWAY_LINK_SECRET", "a secret long enough for a link");
    return builder.start();
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    boolean ended = process.waitFor(20, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertTrue(ended, "it doesn't end");
    assertEquals(0, process.exitValue(), "exit status");
  }

  private int status(String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + http + path).toURL().openConnection();
      connection.setReadTimeout(5_000);
      return connection.getResponseCode();
    } catch (IOException e) {
      return 0;
    }
  }

  private static String shown(List<String> command) {
    return "scripts/" + String.join(" ", command);
  }
}
