package io.spillway.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages that people start their own from, served as the README says. */
@Tag("browser")
final class ExamplesTest extends InBrowser {
  private static final String MQTT_JS = "mqtt@5.16.0";

  @TempDir Path directory;

  @Override
  boolean isExpected(String complaint) {
    return complaint.startsWith("network:"); // The examples have no icon.
  }

  @Test
  void smallestPageShowsALiveValue() {
    try (Site site = Site.with("gateway.static-directory = \"" + examples() + "\"");
        Device device = Device.connect(site.tcpPort())) {
      page.navigate(site.page() + "plain.html");

      device.retain("sensors/temperature", "21.5");

      page.find("status", "").awaitText("21.5"::equals, "21.5");
    }
  }

  @Test
  void pageWithMqttJsShowsALiveValueAndPublishesOne() throws Exception {
    fetchMqttJs();
    Files.copy(examples().resolve("mqttjs.html"), directory.resolve("mqttjs.html"));
    try (Site site = Site.with("gateway.static-directory = \"" + directory + "\"");
        Device device = Device.connect(site.tcpPort())) {
      device.subscribe("sensors/#");
      page.navigate(site.page() + "mqttjs.html");

      device.retain("sensors/temperature", "-40"); // The page's own are from 15 to 25.

      page.find("status", "").awaitText("-40"::equals, "-40");
      assertEquals("sensors/temperature", topicReceivedBy(device));
      page.find("button", "Publish one").click();
      assertEquals("sensors/temperature", topicReceivedBy(device));
      page.find("status", "").awaitText(text -> !text.equals("-40"), "the one published");
    }
  }

  private static String topicReceivedBy(Device device) throws InterruptedException {
    return device.receive(Duration.ofSeconds(5)).getTopic().toString();
  }

  /**
   * The file that the page asks for, out of the package on npm; without either the test is skipped.
   */
  private void fetchMqttJs() {
    Tools.assumeInstalled("tar");
    Tools.fetchByNpm(directory, "pack", MQTT_JS, "--silent", "--pack-destination", ".");
    String archive = directory.resolve(MQTT_JS.replace('@', '-') + ".tgz").toString();
    Tools.run(
        "tar",
        "-xzf",
        archive,
        "-C",
        directory.toString(),
        "--strip-components=2",
        "package/dist/mqtt.min.js");
  }

  /** The tests run in their module's directory, an IDE's perhaps in the checkout's. */
  private static Path examples() {
    Path beside = Path.of("../web-demo/examples").toAbsolutePath().normalize();
    return Files.isDirectory(beside) ? beside : Path.of("web-demo/examples").toAbsolutePath();
  }
}
