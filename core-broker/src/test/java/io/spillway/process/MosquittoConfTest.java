package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MosquittoConfTest {
  @TempDir Path directory;

  @Test
  void theTutorialsFileMeansWhatItMeansToMosquitto() throws Exception {
    MosquittoConf conf =
        read(
            """
            listener 1883
            listener 8080
            protocol websockets
            allow_anonymous true
            connection_messages true
            log_timestamp true
            """);

    Config config = conf.config();
    assertEquals(List.of(), conf.mistakes());
    assertEquals(1883, config.getInt("broker.listeners.tcp.port"));
    assertEquals(List.of("*"), config.getStringList("broker.listeners.tcp.host"));
    assertEquals(8080, config.getInt("gateway.listeners.http.port"));
    assertEquals(List.of("*"), config.getStringList("gateway.listeners.http.host"));
    assertEquals(List.of("/mqtt", "/", "/ws"), config.getStringList("gateway.path"));
    assertEquals("yes", config.getString("broker.auth.allow-anonymous"));
    assertTrue(config.getBoolean("log.connection-messages"));
    assertEquals("epoch", config.getString("log.timestamp"));
  }

  @Test
  void eachRoleTellsTheOthersLines() throws Exception {
    MosquittoConf conf =
        read(
            """
            listener 1883
            listener 8080
            protocol websockets
            allow_anonymous true
            connection_messages true
            """);

    String file = directory.resolve("mosquitto.conf").toString();
    assertEquals(
        List.of(
            file + ":2: listener 8080: isn't core-broker's: the gateway reads it",
            file + ":3: protocol websockets: isn't core-broker's: the gateway reads it"),
        conf.notesFor(role("core-broker", "broker")));
    assertEquals(
        List.of(
            file + ":1: listener 1883: isn't ws-gateway's: the core broker reads it",
            file + ":4: allow_anonymous true: isn't ws-gateway's: the core broker reads it"),
        conf.notesFor(role("ws-gateway", "gateway")));
    assertEquals(List.of(), conf.notesFor(role("run", "broker", "gateway")));
  }

  @Test
  void debiansDefaultIsRead() throws Exception {
    Files.createDirectories(directory.resolve("conf.d"));
    MosquittoConf conf =
        read(
            """
            # Place your local configuration in /etc/mosquitto/conf.d/
            #
            # A full description of the configuration file is at
            # /usr/share/doc/mosquitto/examples/mosquitto.conf.example

            #pid_file /var/run/mosquitto.pid

            persistence true
            persistence_location /var/lib/mosquitto/

            #log_dest topic

            log_dest file /var/log/mosquitto/mosquitto.log

            include_dir %s
            """
                .formatted(directory.resolve("conf.d")));

    assertEquals(List.of(), conf.mistakes());
    assertEquals("commit", conf.config().getString("broker.store.durability"));
    assertEquals("/var/lib/mosquitto/spillway", conf.config().getString("broker.store.directory"));
    assertFalse(conf.config().hasPath("broker.listeners"), "only local clients, as by default");
    assertFalse(conf.config().hasPath("broker.auth"));
    List<String> notes = conf.notesFor(role("run", "broker", "gateway"));
    assertEquals(1, notes.size());
    assertTrue(notes.get(0).contains("log_dest file /var/log"), notes.get(0));
  }

  @Test
  void includedFilesAreReadInTheOrderOfTheirNames() throws Exception {
    Path included = Files.createDirectories(directory.resolve("conf.d"));
    Files.writeString(included.resolve("20.conf"), "max_inflight_messages 30\n");
    Files.writeString(included.resolve("10.conf"), "max_inflight_messages 10\nmax_qos 1\n");
    Files.writeString(included.resolve("90.conf.bak"), "max_inflight_messages 90\n");

    MosquittoConf conf = read("listener 1883\ninclude_dir " + included + "\n");

    assertEquals(30, conf.config().getInt("broker.limits.max-inflight"));
    String place = directory.resolve("mosquitto.conf") + ":2: ";
    assertEquals(
        place + "include_dir " + included + ": read: 2 files",
        conf.describedFor(role("core-broker", "broker")).get(1));
  }

  @Test
  void aConfiguredListenerRefusesStrangersUnlessToldOtherwise() throws Exception {
    assertEquals("no", read("listener 1883\n").config().getString("broker.auth.allow-anonymous"));
  }

  @Test
  void anAddressIsKept() throws Exception {
    Config config = read("listener 1883 127.0.0.1\nlistener 1883 192.0.2.1\n").config();

    assertEquals(
        List.of("127.0.0.1", "192.0.2.1"), config.getStringList("broker.listeners.tcp.host"));
  }

  @Test
  void portAndBindAddressOpenTheFirstListener() throws Exception {
    Config config = read("port 1885\nbind_address 127.0.0.1\n").config();

    assertEquals(1885, config.getInt("broker.listeners.tcp.port"));
    assertEquals(List.of("127.0.0.1"), config.getStringList("broker.listeners.tcp.host"));
  }

  @Test
  void listenersOfEveryKindAreRead() throws Exception {
    MosquittoConf conf =
        read(
            """
            listener 8883
            certfile /c/cert.pem
            keyfile /c/key.pem
            cafile /c/ca.pem
            require_certificate true
            max_connections 500
            listener 8443
            protocol websockets
            certfile /c/cert.pem
            keyfile /c/key.pem
            http_dir /srv/pages
            websockets_origin https://a.example
            websockets_origin https://b.example
            """);

    Config config = conf.config();
    assertEquals(List.of(), conf.mistakes());
    assertFalse(config.getBoolean("broker.listeners.tcp.enabled"));
    assertEquals(8883, config.getInt("broker.listeners.tls.port"));
    assertEquals("/c/cert.pem", config.getString("broker.listeners.tls.certificate"));
    assertEquals("/c/key.pem", config.getString("broker.listeners.tls.private-key"));
    assertEquals("/c/ca.pem", config.getString("broker.listeners.tls.client-ca"));
    assertEquals(500, config.getInt("broker.listeners.tls.max-connections"));
    assertFalse(config.getBoolean("gateway.listeners.http.enabled"));
    assertEquals(8443, config.getInt("gateway.listeners.https.port"));
    assertEquals("/srv/pages", config.getString("gateway.static-directory"));
    assertEquals(
        List.of("https://a.example", "https://b.example"), config.getStringList("gateway.origins"));
  }

  @Test
  void furtherPortsOfAKindAreListenersOfTheirOwn() throws Exception {
    Config config =
        read("""
                listener 1883
                listener 1885 127.0.0.1
                max_connections 5
                listener 8883
                certfile /c/a.pem
                listener 8884
                certfile /c/b.pem
                listener 9001
                protocol websockets
                listener 9002
                protocol websockets
                max_connections 7
                """)
            .config();

    assertEquals(1883, config.getInt("broker.listeners.tcp.port"));
    assertEquals(5, config.getInt("broker.listeners.more.port-1885.max-connections"));
    assertEquals(
        List.of("127.0.0.1"), config.getStringList("broker.listeners.more.port-1885.host"));
    assertEquals("/c/a.pem", config.getString("broker.listeners.tls.certificate"));
    assertEquals("/c/b.pem", config.getString("broker.listeners.more.port-8884.certificate"));
    assertEquals(9001, config.getInt("gateway.listeners.http.port"));
    assertEquals(7, config.getInt("gateway.listeners.more.port-9002.max-connections"));
  }

  @Test
  void listenersOfOnePortThatDifferInMoreThanTheAddressStayApart() throws Exception {
    Config config =
        read("""
                listener 8883 192.0.2.1
                certfile /c/a.pem
                listener 8883 192.0.2.2
                certfile /c/b.pem
                """)
            .config();

    assertEquals(List.of("192.0.2.1"), config.getStringList("broker.listeners.tls.host"));
    assertEquals(
        List.of("192.0.2.2"), config.getStringList("broker.listeners.more.port-8883.host"));
  }

  @Test
  void anyPageMayConnectUnlessOriginsAreNamed() throws Exception {
    String open = "listener 9001\nprotocol websockets\n";
    String closed = open.replace("9001", "9002") + "websockets_origin https://a.example\n";

    assertEquals(List.of("*"), read(open).config().getStringList("gateway.origins"));
    assertEquals(
        List.of("https://a.example"), read(closed).config().getStringList("gateway.origins"));
    MosquittoConf both = read(closed + open);
    assertEquals(List.of("*"), both.config().getStringList("gateway.origins"));
    List<String> notes = both.notesFor(role("run", "broker", "gateway"));
    assertEquals(1, notes.size(), notes.toString());
    assertTrue(notes.get(0).contains(":3: websockets_origin https://a.example: "), notes.get(0));
    assertTrue(notes.get(0).contains("mosquitto.conf:4 takes any page"), notes.get(0));
  }

  @Test
  void aCertificateIsWhoTheClientIs() throws Exception {
    String listener =
        "listener 8883\ncertfile /c/a.pem\ncafile /c/ca.pem\nrequire_certificate true\n";

    assertEquals(
        "common-name",
        read(listener + "use_identity_as_username true\n")
            .config()
            .getString("broker.listeners.tls.certificate-identity"));
    assertEquals(
        "subject",
        read(listener + "use_subject_as_username true\n")
            .config()
            .getString("broker.listeners.tls.certificate-identity"));
  }

  @Test
  void settingsPerListenerAreTakenWhereTheyAreTheSame() throws Exception {
    String one = "listener 1883\nallow_anonymous false\npassword_file /p\n";
    String other = "listener 1884\npassword_file /p\nallow_anonymous false\n";

    assertEquals(List.of(), read("per_listener_settings true\n" + one + other).mistakes());
    assertEquals(
        1,
        read("per_listener_settings true\nallow_anonymous true\nlistener 1883\n").mistakes().size(),
        "it is for no listener below");
    assertEquals(
        List.of("per_listener_settings"),
        read("per_listener_settings true\n" + one + "listener 1884\nallow_anonymous true\n")
            .mistakes()
            .stream()
            .map(Mistake::key)
            .toList());
  }

  @Test
  void whatBecameOfEachLineIsTold() throws Exception {
    MosquittoConf conf =
        read(
            """
            pid_file /run/mosquitto.pid
            listener 8080
            protocol websockets
            log_type warning
            max_packet_size 4096
            """);

    String file = directory.resolve("mosquitto.conf").toString();
    assertEquals(
        List.of(
            file
                + ":1: pid_file /run/mosquitto.pid: has no meaning here: the service manager knows"
                + " the process",
            file
                + ":2: listener 8080 -> gateway.listeners.http.enabled = true,"
                + " gateway.listeners.http.host = [\"*\"], gateway.listeners.http.port = 8080,"
                + " gateway.path = [\"/mqtt\",\"/\",\"/ws\"], gateway.origins = [\"*\"],"
                + " broker.listeners.tcp.enabled = false, broker.auth.allow-anonymous = \"no\"",
            file + ":3: protocol websockets -> gateway.listeners.http",
            file + ":4: log_type warning -> log.level = \"warn\"",
            file + ":5: max_packet_size 4096 -> broker.limits.max-packet-size = 4096"),
        conf.describedFor(role("run", "broker", "gateway")));
    assertEquals(
        file + ":3: protocol websockets: isn't core-broker's: the gateway reads it",
        conf.describedFor(role("core-broker", "broker")).get(2));
  }

  @Test
  void limitsAndTimesAreTranslated() throws Exception {
    Config config =
        read("""
                max_packet_size 2097152
                max_inflight_messages 0
                max_queued_messages 5000
                max_queued_bytes 1048576
                max_keepalive 300
                persistent_client_expiration 2w
                sys_interval 5
                persistence false
                log_timestamp_format %Y-%m-%dT%H:%M:%S
                log_type error
                log_type information
                log_type warning
                password_file /etc/mosquitto/passwd
                acl_file /etc/mosquitto/acl
                """)
            .config();

    assertEquals(2097152, config.getBytes("broker.limits.max-packet-size"));
    assertFalse(config.hasPath("broker.limits.max-inflight"));
    assertEquals(5000, config.getInt("broker.limits.max-queued-messages"));
    assertEquals(1048576, config.getBytes("broker.limits.max-queued-bytes"));
    assertEquals(300, config.getDuration("broker.limits.keep-alive-maximum").toSeconds());
    assertEquals(14, config.getDuration("broker.limits.session-expiry-maximum").toDays());
    assertEquals(5, config.getDuration("broker.sys-interval").toSeconds());
    assertEquals("memory", config.getString("broker.store.durability"));
    assertEquals("iso", config.getString("log.timestamp"));
    assertEquals("info", config.getString("log.level"));
    assertEquals("/etc/mosquitto/passwd", config.getString("broker.auth.password-file"));
    assertEquals("/etc/mosquitto/acl", config.getString("broker.auth.acl-file"));
  }

  @Test
  void bridgesAreToldLineByLine() throws Exception {
    MosquittoConf conf =
        read("connection up\naddress broker.example:1883\ntopic # in 0\nbridge_insecure false\n");

    assertEquals(4, conf.notesFor(role("run", "broker", "gateway")).size());
    assertEquals(List.of(), conf.mistakes());
  }

  @Test
  void aPasswordOfABridgeIsNotShown() throws Exception {
    MosquittoConf conf = read("connection up\nremote_password s3cret\nbridge_psk s3cret\n");

    List<String> told = conf.describedFor(role("run", "broker", "gateway"));
    assertEquals(3, told.size());
    assertTrue(told.get(1).contains("remote_password (not shown): has no meaning"), told.get(1));
    assertFalse(String.join("", told).contains("s3cret"));
  }

  @Test
  void whatWouldOpenTheBrokerIsAMistake() throws Exception {
    MosquittoConf conf =
        read(
            """
            auth_plugin /usr/lib/auth.so
            auth_opt_backends files
            psk_file /etc/psk
            per_listener_settings true
            listener 1883
            use_username_as_clientid true
            listener 8883
            certfile /c/cert.pem
            use_identity_as_username true
            listener 8884
            allow_anonymous true
            certfile /c/cert.pem
            require_certificate true
            """);

    assertEquals(
        Set.of(
            "auth_plugin",
            "psk_file",
            "per_listener_settings",
            "use_username_as_clientid",
            "require_certificate",
            "use_identity_as_username"),
        Set.copyOf(conf.mistakes().stream().map(Mistake::key).toList()));
  }

  @Test
  void anUnknownOptionIsAMistakeWithASuggestion() throws Exception {
    MosquittoConf conf = read("\n# text\nalow_anonymous true\n");

    assertEquals(
        "alow_anonymous: true (expected: an option of mosquitto.conf, such as allow_anonymous) at "
            + directory.resolve("mosquitto.conf")
            + ":3",
        conf.mistakes().get(0).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "listner, listener",
    "max_conections, max_connections",
    "require_certficate, require_certificate",
    "Port, port",
    "remote_usrname, remote_username",
    "usr, user",
    "include_dri, include_dir",
    "frobnicate,",
    "foo,",
  })
  void theNearestOptionIsSuggestedWhereverItStands(String option, String nearest) throws Exception {
    String expectation = read(option + " x\n").mistakes().get(0).expectation();

    String suggestion = nearest == null ? "" : ", such as " + nearest;
    assertEquals("an option of mosquitto.conf" + suggestion, expectation);
  }

  @Test
  void anOptionWithoutItsValueIsAMistake() throws Exception {
    List<String> options =
        List.of(
            "acl_file", "persistence_location", "include_dir", "pid_file", "cafile", "listener");
    MosquittoConf conf = read(String.join("\n", options));

    String file = directory.resolve("mosquitto.conf").toString();
    List<String> told = conf.mistakes().stream().map(Mistake::toString).toList();
    for (int i = 0; i < options.size(); i++) {
      String mistake = options.get(i) + " (expected: a value) at " + file + ":" + (i + 1);
      assertTrue(told.contains(mistake), mistake + " in " + told);
    }
    assertEquals(options.size(), told.size(), told.toString());
    assertEquals(List.of(), conf.describedFor(role("run", "broker", "gateway")));
  }

  @Test
  void windowsLineEndingsAreRead() throws Exception {
    Config config = read("listener 1883\r\nallow_anonymous true\r\n").config();

    assertEquals("yes", config.getString("broker.auth.allow-anonymous"));
  }

  private MosquittoConf read(String text) throws Exception {
    return MosquittoConf.read(Files.writeString(directory.resolve("mosquitto.conf"), text));
  }

  private static Role role(String command, String... roots) {
    return new Role() {
      @Override
      public String command() {
        return command;
      }

      @Override
      public String description() {
        return "";
      }

      @Override
      public Set<String> roots() {
        return Set.of(roots);
      }

      @Override
      public Service configure(Settings settings) {
        throw new UnsupportedOperationException();
      }
    };
  }
}
