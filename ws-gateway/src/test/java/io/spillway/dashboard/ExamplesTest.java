package io.spillway.dashboard;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages that people start their own from, served as the README says. */
@Tag("browser")
final class ExamplesTest extends InBrowser {

  @Override
  boolean isExpected(String complaint) {
    return complaint.startsWith("network:"); // The example has no icon.
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

  /** The tests run in their module's directory, an IDE's perhaps in the checkout's. */
  private static Path examples() {
    Path beside = Path.of("../web-demo/examples").toAbsolutePath().normalize();
    return Files.isDirectory(beside) ? beside : Path.of("web-demo/examples").toAbsolutePath();
  }
}
