package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.broker.BrokerMain;
import io.spillway.gateway.GatewayMain;
import io.spillway.gateway.StandaloneMain;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configurations that people copy are good as they stand. */
class DeploymentsTest {
  private static final Path CONF = Path.of("..", "conf");

  @TempDir Path directory;

  @Test
  void eachDeploymentIsGood() {
    assertGood(new StandaloneMain(), "local.conf");
    assertGood(new StandaloneMain(), "lan.conf");
    assertGood(new BrokerMain(), "internal-core.conf");
    assertGood(new GatewayMain(), "edge-gateway.conf");
  }

  @Test
  void noneIsForgottenHere() throws Exception {
    try (Stream<Path> files = Files.list(CONF)) {
      Set<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".conf"))
              .collect(Collectors.toSet());

      assertEquals(
          Set.of("local.conf", "lan.conf", "internal-core.conf", "edge-gateway.conf"), names);
    }
  }

  @Test
  void theTutorialsFileIsGoodForEachRole() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("mosquitto.conf"),
            """
            listener 1883
            listener 8080
            protocol websockets
            allow_anonymous true
            connection_messages true
            log_timestamp true
            """);
    for (Role role : new Role[] {new StandaloneMain(), new BrokerMain(), new GatewayMain()}) {
      assertEquals("", check(role, "--mosquitto-conf", file.toString()));
    }
  }

  private static void assertGood(Role role, String name) {
    assertEquals("", check(role, "--config", CONF.resolve(name).toString()), name);
  }

  private static String check(Role role, String option, String file) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    new RoleCommand(role, Map.of("SPILLWAY_LINK_SECRET", "one"), nowhere, new PrintStream(err))
        .execute("--check-config", option, file);
    return err.toString(StandardCharsets.UTF_8);
  }
}
