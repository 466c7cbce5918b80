package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.spillway.broker.BrokerMain;
import io.spillway.gateway.GatewayMain;
import io.spillway.gateway.StandaloneMain;
import io.spillway.testing.Tools;
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
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void theReferenceHasEveryKeyWithItsReason() throws Exception {
    String reference = Tools.run("bash", "-c", ". ../scripts/lib/keys.sh; keys ..");

    Config defaults = ConfigFactory.defaultReference();
    int keys = 0;
    for (String root : List.of("broker", "gateway", "log")) {
      keys += found(reference, root, defaults.getValue(root));
    }
    assertTrue(keys >= 120, keys + " keys");
  }

  private static int found(String reference, String path, ConfigValue value) {
    // What another key holds is described there.
    boolean isGroup = !path.equals("gateway.auth.jwt") && value instanceof ConfigObject;
    if (!isGroup || ((ConfigObject) value).isEmpty()) {
      assertTrue(reference.contains("- `" + path + "` = `"), path);
      return 1;
    }
    assertTrue(reference.contains("### `" + path + "`"), path);
    int found = 0;
    for (var entry : ((ConfigObject) value).entrySet()) {
      found += found(reference, path + '.' + entry.getKey(), entry.getValue());
    }
    return found;
  }

  @Test
  void theDockerfileCopiesWhatThereIs() throws Exception {
    int copied = 0;
    for (String line : Files.readAllLines(ROOT.resolve("conf/Dockerfile"))) {
      String[] words = line.split(" ");
      if (words[0].equals("COPY")) {
        assertTrue(Files.exists(ROOT.resolve(words[1])), line);
        copied++;
      } else if (words[0].equals("ADD")) {
        assertEquals(
            "target/dist/spillway-*-linux-x86_64.tar.gz", words[1], "as scripts/dist says");
        copied++;
      } else if (words[0].equals("ENTRYPOINT")) {
        assertTrue(line.contains("\"/opt/spillway/bin/run\", \"--config\""), line);
        assertTrue(Files.readString(ROOT.resolve("scripts/dist")).contains("\ncommand_file run "));
      }
    }
    assertEquals(2, copied);
  }

  @Test
  void theUnitsOfSystemdAreGood(@TempDir Path directory) throws Exception {
    Tools.assumeInstalled("systemd-analyze");
    try (Stream<Path> units = Files.list(ROOT.resolve("conf/systemd"))) {
      for (Path unit : units.toList()) {
        String text = Files.readString(unit);
        Matcher command = Pattern.compile("ExecStart=/opt/spillway/bin/(\\S+)").matcher(text);
        assertTrue(command.find(), unit.toString());
        assertTrue(
            Files.readString(ROOT.resolve("scripts/dist"))
                .contains("\ncommand_file " + command.group(1) + " "),
            unit.toString());
        Path installed =
            Files.writeString(
                directory.resolve(unit.getFileName()),
                command
                    .replaceAll("ExecStart=/bin/true")
                    .replace("file:/opt/spillway/README.md", "https://example.org"));
        assertEquals("", Tools.run("systemd-analyze", "verify", "--man=no", installed.toString()));
      }
    }
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
