package io.spillway.system;

import io.spillway.testing.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scenario that other clients play too, with MQTT.js on Node, over TCP and through the gateway.
 * Skipped where there is no Node, or no way to the package.
 */
class MqttJsTest {
  private static final String PACKAGE = "mqtt@5.16.0";
  private static final String SCENARIO = "mqttjs-scenario.cjs";

  @TempDir static Path directory;

  private static TestSystem system;

  @BeforeAll
  static void start() throws IOException {
    Tools.assumeInstalled("node");
    Tools.fetchByNpm(directory, "install", "--no-audit", "--no-fund", "--silent", PACKAGE);
    try (InputStream scenario = MqttJsTest.class.getResourceAsStream(SCENARIO)) {
      Files.copy(scenario, directory.resolve(SCENARIO));
    }
    system = TestSystem.start();
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
  }

  static Stream<Arguments> versionsAndWays() {
    return Stream.of(
            "mqtt://127.0.0.1:" + system.tcpPort(), "ws://127.0.0.1:" + system.httpPort() + "/mqtt")
        .flatMap(url -> Stream.of(3, 4, 5).map(version -> Arguments.of(version, url)));
  }

  @ParameterizedTest(name = "version {0} at {1}")
  @MethodSource("versionsAndWays")
  void theScenarioIsPlayedToItsEnd(int version, String url) {
    Tools.run("node", directory.resolve(SCENARIO).toString(), url, String.valueOf(version));
  }
}
