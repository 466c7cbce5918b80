package io.spillway.dashboard;

import io.spillway.testing.Ports;
import io.spillway.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in front of Debian's Mosquitto, which has no WebSocket and knows nothing of us. */
@Tag("browser")
final class ForeignBrokerTest extends InBrowser {
  @TempDir Path directory;

  @Test
  void pageShowsWhatMosquittoCarries() throws Exception {
    Tools.assumeInstalled("mosquitto");
    int port = Ports.free();
    Path config = directory.resolve("mosquitto.conf");
    Files.writeString(config, "listener " + port + " 127.0.0.1\nallow_anonymous true\n");
    Process mosquitto = Tools.start("mosquitto", "-c", config.toString());
    try (PlainSite site = PlainSite.before(port);
        Device device = Device.connect(port)) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");

      device.publish("foreign/value", "21.5");

      page.find("treeitem", "value");
    } finally {
      mosquitto.destroy();
      mosquitto.waitFor();
    }
  }
}
