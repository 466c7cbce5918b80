package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where both roles' defaults are at hand: every key that a mosquitto.conf turns into exists. */
class MosquittoKeysTest {
  @TempDir Path directory;

  @Test
  void everyKeyOfATranslationIsKnown() throws Exception {
    assertEquals(
        "",
        mistakes(
            """
            listener 1883
            max_connections 100
            listener 8883
            certfile /c/cert.pem
            keyfile /c/key.pem
            cafile /c/ca.pem
            require_certificate true
            listener 8080
            protocol websockets
            max_connections 100
            websockets_origin https://a.example
            http_dir /srv
            listener 8443
            protocol websockets
            certfile /c/cert.pem
            keyfile /c/key.pem
            cafile /c/ca.pem
            require_certificate true
            allow_anonymous true
            password_file /p
            acl_file /a
            connection_messages true
            log_timestamp true
            log_type all
            persistence true
            persistence_location /var/lib/mosquitto/
            persistent_client_expiration 1d
            max_packet_size 1000000
            max_inflight_messages 10
            max_queued_messages 100
            max_queued_bytes 100000
            max_keepalive 600
            sys_interval 5
            """));
  }

  private String mistakes(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("mosquitto.conf"), text);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    new RoleCommand(new BothRoots(), Map.of(), nowhere, new PrintStream(err))
        .execute("--check-config", "--mosquitto-conf", file.toString());
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Reads nothing itself, so that only unknown keys are left to complain about. */
  private static final class BothRoots implements Role {
    @Override
    public String command() {
      return "run";
    }

    @Override
    public String description() {
      return "";
    }

    @Override
    public Set<String> roots() {
      return Set.of("broker", "gateway");
    }

    @Override
    public Service configure(Settings settings) {
      return new Service() {
        @Override
        public void start() {}

        @Override
        public void stop(Duration timeout) {}

        @Override
        public List<String> greeting() {
          return List.of();
        }
      };
    }
  }
}
