package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.BrokerMain;
import io.spillway.gateway.GatewayMain;
import io.spillway.gateway.StandaloneMain;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What stands in conf/ is what its comments say it is: each command in them is tried. */
class DeploymentsTest {
  private static final Path ROOT = Path.of("..");

  /** A command in a comment, with the environment it is given. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "^#   (SPILLWAY_LINK_SECRET=\\S+ )?scripts/(run|core-broker|ws-gateway)( .*)?$");

  @Test
  void everyCommandOfADeploymentHasAGoodConfiguration() throws Exception {
    List<Path> deployments;
    try (Stream<Path> files = Files.list(ROOT.resolve("conf"))) {
      deployments = files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
    assertTrue(deployments.size() >= 5, deployments.toString());
    for (Path deployment : deployments) {
      List<String> commands =
          Files.readAllLines(deployment).stream()
              .filter(line -> COMMAND.matcher(line).matches())
              .toList();
      assertFalse(commands.isEmpty(), deployment + " says no command");
      for (String command : commands) {
        check(deployment, command);
      }
    }
  }

  @Test
  void everyCommandOfTheGuidesHasAGoodConfiguration() throws Exception {
    Path guide = ROOT.resolve("conf/README.md");
    int commands = 0;
    for (String line : Files.readAllLines(guide)) {
      String command = line.replaceFirst("^    ", "#   ");
      if (COMMAND.matcher(command).matches() && !command.contains("--mosquitto-conf")) {
        check(guide, command);
        commands++;
      }
    }
    assertTrue(commands >= 8, commands + " commands");
  }

  @Test
  void everyMetricOfThePicturesExists() throws Exception {
    String pictures = Files.readString(ROOT.resolve("conf/monitoring/grafana.json"));
    String pages =
        Files.readString(
                ROOT.resolve(
                    "core-broker/src/main/java/io/spillway/broker/admin/BrokerMetrics.java"))
            + Files.readString(
                ROOT.resolve("ws-gateway/src/main/java/io/spillway/gateway/GatewayMetrics.java"))
            + Files.readString(
                ROOT.resolve(
                    "core-broker/src/main/java/io/spillway/process/metrics/JvmMetrics.java"))
            + Files.readString(
                ROOT.resolve(
                    "core-broker/src/main/java/io/spillway/process/metrics/LoopWatch.java"));

    Matcher names = Pattern.compile("\\b(spillway|jvm|process)_[a-z_]+(?=\\{)").matcher(pictures);
    int found = 0;
    while (names.find()) {
      String name = names.group().replaceFirst("_bucket$", "");
      assertTrue(pages.contains('"' + name + '"'), name);
      found++;
    }
    assertTrue(found >= 20, found + " metrics");
  }

  private static void check(Path deployment, String line) {
    Matcher command = COMMAND.matcher(line);
    assertTrue(command.matches());
    Role role =
        switch (command.group(2)) {
          case "run" -> new StandaloneMain();
          case "core-broker" -> new BrokerMain();
          default -> new GatewayMain();
        };
    Map<String, String> environment =
        command.group(1) == null ? Map.of() : Map.of("SPILLWAY_LINK_SECRET", "a long secret");
    List<String> args = new ArrayList<>(List.of("--check-config"));
    Arrays.stream((command.group(3) == null ? "" : command.group(3).strip()).split(" "))
        .filter(arg -> !arg.isEmpty())
        .map(arg -> arg.startsWith("conf/") ? ROOT.resolve(arg).toString() : arg)
        .forEach(args::add);
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(told);

    int status =
        new RoleCommand(role, environment, print, print).execute(args.toArray(String[]::new));

    assertEquals(
        0, status, deployment + ": " + line + "\n" + told.toString(StandardCharsets.UTF_8));
  }
}
