package io.spillway.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.testing.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page below a path of nginx, as people put it beside what they already serve. */
@Tag("browser")
final class ReverseProxyTest extends InBrowser {
  private static final Path NGINX = Path.of("/usr/sbin/nginx");

  @TempDir Path directory;

  @Test
  void pageWorksBelowAPathOfNginx() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(NGINX), "nginx is not installed");
    try (Site site = Site.with("gateway.host-names = [\"127.0.0.1\"]")) {
      int port = Ports.free();
      Process nginx = startNginx(port, site.httpPort());
      try {
        page.navigate("http://127.0.0.1:" + port + "/tools/mqtt-live/");
        awaitState("Connected"::equals, "Connected");
        page.find("switch", "Demo feed").click();
        page.find("treeitem", "station");

        page.find("button", "Connection settings").click();

        assertEquals(
            "ws://127.0.0.1:" + port + "/tools/mqtt-live/mqtt",
            page.find("textbox", "Broker address").value());
      } finally {
        nginx.destroy();
        nginx.waitFor(10, TimeUnit.SECONDS);
      }
    }
  }

  private Process startNginx(int port, int gateway) throws IOException {
    String configuration =
        """
        daemon off;
        master_process off;
        pid %1$s/nginx.pid;
        error_log %1$s/error.log;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          server {
            listen 127.0.0.1:%2$d;
            location /tools/mqtt-live/ {
              proxy_pass http://127.0.0.1:%3$d/;
              proxy_http_version 1.1;
              proxy_set_header Host $http_host;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection $http_connection;
            }
          }
        }
        """
            .formatted(directory, port, gateway);
    Path file = Files.writeString(directory.resolve("nginx.conf"), configuration);
    Process nginx =
        new ProcessBuilder(NGINX.toString(), "-c", file.toString(), "-p", directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!listens(port)) {
      if (!nginx.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("nginx: " + Files.readString(directory.resolve("output")));
      }
      Thread.onSpinWait();
    }
    return nginx;
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
