package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every option of the manual page mosquitto.conf(5), and what becomes of it here. */
class MosquittoManualTest {
  private static final Path MANUAL = Path.of("/usr/share/man/man5/mosquitto.conf.5.gz");

  /** What stands in the page in bold at a line's beginning and isn't an option. */
  private static final Set<String> NO_OPTIONS =
      Set.of(
          "auto-",
          "dlt",
          "file",
          "ipv4",
          "ipv6",
          "limits.conf",
          "mosquitto",
          "mosquitto_passwd",
          "mqtt",
          "stderr",
          "stdout",
          "syslog",
          "value",
          "websockets");

  private static final String TLS = "listener 8883\ncertfile /c\nkeyfile /k\n";
  private static final String CLIENT_CERTIFICATES = TLS + "cafile /a\nrequire_certificate true\n";
  private static final String WEBSOCKETS = "listener 9001\nprotocol websockets\n";

  private static final String TRANSLATED =
      """
      acl_file /a
      allow_anonymous true
      connection_messages true
      include_dir DIRECTORY
      listener 1883
      log_timestamp true
      log_timestamp_format %Y-%m-%dT%H:%M:%S
      log_type all
      max_inflight_messages 10
      max_keepalive 100
      max_packet_size 10000
      max_queued_bytes 10000
      max_queued_messages 100
      message_size_limit 10000
      password_file /p
      per_listener_settings false
      persistence true
      persistence_location /var/lib/mosquitto/
      persistent_client_expiration 2d
      retain_available false
      sys_interval 10
      bind_address 127.0.0.1          | main
      port 1883                       | main
      max_connections 10
      max_topic_alias 5
      protocol mqtt
      socket_domain ipv4
      use_username_as_clientid false
      cafile /b                       | certificates
      certfile /c
      keyfile /other                  | tls
      require_certificate false       | tls
      use_identity_as_username true   | certificates
      use_subject_as_username true    | certificates
      http_dir /srv                   | websockets
      websockets_headers_size 4096    | websockets
      websockets_origin https://a.example | websockets
      """;

  /** Without them the broker would be open, or somebody else than they were made for. */
  private static final String REFUSED =
      """
      auth_plugin /usr/lib/auth.so
      clientid_prefixes secure-
      plugin /usr/lib/plugin.so
      psk_file /p
      mount_point m/
      psk_hint hint                   | tls
      crlfile /r                      | certificates
      capath /a                       | certificates
      """;

  private static final String WITHOUT_MEANING =
      """
      allow_duplicate_messages true
      allow_zero_length_clientid true
      auth_plugin_deny_special_chars true
      auth_opt_key value
      auto_id_prefix auto-
      autosave_interval 1800
      autosave_on_changes false
      check_retain_source true
      log_dest stdout
      log_facility 5
      max_inflight_bytes 0
      memory_limit 0
      persistence_file mosquitto.db
      pid_file /run/mosquitto.pid
      plugin_opt_key value
      queue_qos0_messages true
      set_tcp_nodelay true
      upgrade_outgoing_qos true
      user mosquitto
      websockets_log_level 0
      bind_interface eth0
      max_qos 1
      ciphers ALL                     | tls
      ciphers_tls1.3 ALL              | tls
      dhparamfile /d                  | tls
      tls_engine e                    | tls
      tls_engine_kpass_sha1 e         | tls
      tls_keyform engine              | tls
      tls_version tlsv1.2             | tls
      """;

  @TempDir Path directory;

  @Test
  void eachOptionIsReadTranslatedOrRefused() throws Exception {
    Map<String, String> outcomes = new TreeMap<>();
    check(TRANSLATED, "translated", outcomes);
    check(REFUSED, "refused", outcomes);
    check(WITHOUT_MEANING, "without meaning", outcomes);

    Map<String, Integer> counts = new LinkedHashMap<>();
    outcomes.values().forEach(outcome -> counts.merge(outcome, 1, Integer::sum));
    System.out.println("Options of mosquitto.conf: " + counts);
  }

  @Test
  void nothingOfDebiansManualIsMissing() throws Exception {
    Assumptions.assumeTrue(Files.exists(MANUAL), "Mosquitto's manual page is not installed");
    Set<String> known = new TreeSet<>();
    for (String line : (TRANSLATED + REFUSED + WITHOUT_MEANING).split("\n")) {
      known.add(line.split(" ")[0]);
    }
    Set<String> missing = new TreeSet<>();
    Set<String> bridges = new TreeSet<>();
    for (String option : ofTheManual()) {
      if (MosquittoOptions.isBridge(option)) {
        bridges.add(option);
      } else if (!known.contains(option) && !NO_OPTIONS.contains(option)) {
        missing.add(option);
      }
    }

    assertEquals(Set.of(), missing);
    assertTrue(bridges.size() >= 30, bridges.toString());
    for (String bridge : bridges) {
      MosquittoConf conf = read("connection up\n" + bridge + " x\n");
      assertEquals(List.of(), conf.mistakes(), bridge);
      assertTrue(conf.describedFor(both()).get(1).contains("bridges"), bridge);
    }
  }

  private static Set<String> ofTheManual() throws Exception {
    Set<String> options = new TreeSet<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(MANUAL))) {
      String page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Matcher option = Pattern.compile("(?m)^\\\\fB([a-z0-9_.\\\\-]+)\\\\fR").matcher(page);
      while (option.find()) {
        options.add(option.group(1).replace("\\", ""));
      }
    }
    return options;
  }

  private void check(String options, String expected, Map<String, String> outcomes)
      throws Exception {
    for (String each : options.split("\n")) {
      String[] parts = each.split("\\|");
      String line = parts[0].strip().replace("DIRECTORY", directory.toString());
      String option = line.split(" ")[0];
      String outcome = outcome(parts.length > 1 ? parts[1].strip() : "", line, option);
      assertEquals(expected, outcome, line);
      assertEquals(null, outcomes.put(option, outcome), option + " twice");
    }
  }

  private String outcome(String context, String line, String option) throws Exception {
    String before =
        switch (context) {
          case "tls" -> TLS;
          case "certificates" -> CLIENT_CERTIFICATES;
          case "websockets" -> WEBSOCKETS;
          case "main" -> "";
          default -> "listener 1888\n";
        };
    MosquittoConf conf = read(before + line + "\n");
    if (conf.mistakes().stream().anyMatch(mistake -> mistake.key().equals(option))) {
      return "refused";
    }
    assertEquals(List.of(), conf.mistakes(), line);
    if (option.equals("include_dir")) {
      return "translated"; // Its files' lines are.
    }
    List<String> told =
        conf.describedFor(both()).stream().filter(text -> text.contains(": " + line)).toList();
    assertEquals(1, told.size(), line + ": " + conf.describedFor(both()));
    return told.get(0).contains(" -> ") ? "translated" : "without meaning";
  }

  private MosquittoConf read(String text) throws Exception {
    // A file that the directory's own include doesn't take for one of its own.
    return MosquittoConf.read(Files.writeString(directory.resolve("mosquitto"), text));
  }

  private static Role both() {
    return new TestRole("") {
      @Override
      public Set<String> roots() {
        return Set.of("broker", "gateway");
      }
    };
  }
}
