package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.BrokerMain;
import io.spillway.gateway.GatewayMain;
import io.spillway.gateway.StandaloneMain;
import io.spillway.testing.Certificates;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as people have them: each is a good configuration of every role, as it stands. */
class MosquittoFilesTest {
  private static final String HOME_AUTOMATION =
      """
      persistence true
      persistence_location /mosquitto/data/
      log_dest file /mosquitto/log/mosquitto.log
      listener 1883
      ## Authentication ##
      allow_anonymous false
      password_file PASSWORDS
      """;

  private static final String CONTAINER =
      """
      persistence true
      persistence_location /mosquitto/data/
      log_dest stdout
      log_type all
      listener 1883 0.0.0.0
      protocol mqtt
      listener 9001
      protocol websockets
      socket_domain ipv4
      allow_anonymous true
      """;

  private static final String PUBLIC_SERVER =
      """
      allow_anonymous false
      password_file PASSWORDS
      acl_file ACL

      listener 1883 localhost

      listener 8883
      certfile CERTIFICATE
      cafile CERTIFICATE
      keyfile KEY
      tls_version tlsv1.2

      listener 8083
      protocol websockets
      certfile CERTIFICATE
      cafile CERTIFICATE
      keyfile KEY
      """;

  private static final String CERTIFICATES =
      """
      per_listener_settings false
      listener 8883
      cafile CERTIFICATE
      certfile CERTIFICATE
      keyfile KEY
      require_certificate true
      use_identity_as_username true
      acl_file ACL
      """;

  private static final String OLD_STYLE =
      """
      pid_file /var/run/mosquitto.pid
      user mosquitto
      port 1883
      bind_address 0.0.0.0
      max_connections -1
      max_inflight_messages 20
      max_queued_messages 100
      queue_qos0_messages false
      retain_available true
      set_tcp_nodelay false
      sys_interval 10
      upgrade_outgoing_qos false
      autosave_interval 1800
      autosave_on_changes false
      persistent_client_expiration 14d
      log_dest syslog
      log_type error
      log_type warning
      log_type notice
      log_type information
      connection_messages true
      log_timestamp true
      log_timestamp_format %Y-%m-%dT%H:%M:%S
      allow_anonymous true
      """;

  private static final String SEVERAL_PORTS =
      """
      per_listener_settings true
      listener 1883 127.0.0.1
      allow_anonymous true
      max_connections 100
      listener 1884
      allow_anonymous true
      listener 9001
      protocol websockets
      allow_anonymous true
      http_dir DIRECTORY
      listener 9002 127.0.0.1
      protocol websockets
      allow_anonymous true
      max_connections 10
      """;

  private static final String BRIDGE =
      """
      listener 1883
      allow_anonymous true
      connection cloud
      address broker.example:8883
      bridge_cafile /etc/ssl/certs/ca-certificates.crt
      remote_username edge
      remote_password secret
      topic sensors/# out 1
      cleansession false
      """;

  @TempDir Path directory;
  private Certificates certificates;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void files() throws Exception {
    Files.writeString(
        directory.resolve("passwd"), "ann:$6$c2FsdHNhbHQ=$" + "A".repeat(86) + "==\n");
    Files.writeString(directory.resolve("acl"), "user ann\ntopic readwrite #\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {HOME_AUTOMATION, CONTAINER, OLD_STYLE, SEVERAL_PORTS, BRIDGE})
  void theyRunAsTheyAre(String file) throws Exception {
    everyRoleTakes(write(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {PUBLIC_SERVER, CERTIFICATES})
  void thoseWithCertificatesDoAsWell(String file) throws Exception {
    certificates = Certificates.make(directory, "server");

    everyRoleTakes(write(file));
  }

  @Test
  void theOneOfThisMachineDoesAsWell() {
    Path debians = Path.of("/etc/mosquitto/mosquitto.conf");
    Assumptions.assumeTrue(Files.isReadable(debians), "Mosquitto is not installed");

    everyRoleTakes(debians);

    assertTrue(printed().contains("persistence true -> broker.store.durability"), printed());
  }

  @Test
  void whatBecameOfItsLinesIsToldBesideEveryMistake() throws Exception {
    Path file =
        write("listener 1883\npid_file /run/x\nmax_packet_size many\nalow_anonymous true\n");

    assertEquals(2, check(new StandaloneMain(), file, "--set", "gateway.path=mqtt"));

    assertTrue(printed().contains(file + ":1: listener 1883 -> broker.listeners.tcp"), printed());
    assertTrue(printed().contains(file + ":2: pid_file /run/x: has no meaning"), printed());
    String mistakes = err.toString(StandardCharsets.UTF_8);
    assertTrue(mistakes.contains("max_packet_size: many (expected: a whole number)"), mistakes);
    assertTrue(mistakes.contains("such as allow_anonymous) at " + file + ":4"), mistakes);
    assertTrue(mistakes.contains("gateway.path: mqtt (expected: paths that begin"), mistakes);
  }

  private void everyRoleTakes(Path file) {
    for (Role role : List.of(new BrokerMain(), new GatewayMain(), new StandaloneMain())) {
      assertEquals(0, check(role, file), role.command() + ": " + err + printed());
      assertTrue(printed().endsWith("The configuration is good.\n"), printed());
    }
  }

  private int check(Role role, Path file, String... more) {
    out.reset();
    String[] args = new String[more.length + 3];
    args[0] = "--check-config";
    args[1] = "--mosquitto-conf";
    args[2] = file.toString();
    System.arraycopy(more, 0, args, 3, more.length);
    return new RoleCommand(role, Map.of(), new PrintStream(out), new PrintStream(err))
        .execute(args);
  }

  private Path write(String text) throws Exception {
    String filled =
        text.replace("PASSWORDS", directory.resolve("passwd").toString())
            .replace("ACL", directory.resolve("acl").toString())
            .replace("DIRECTORY", directory.toString());
    if (certificates != null) {
      filled =
          filled
              .replace("CERTIFICATE", certificates.certificate().toString())
              .replace("KEY", certificates.privateKey().toString());
    }
    return Files.writeString(directory.resolve("mosquitto.conf"), filled);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
