package io.spillway.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts each broker as its users do, on free loopback ports, silent and open to everybody. */
final class Targets {
  /** Begins the name of a Spillway with settings of its own. */
  static final String VARIANT = "spillway ";

  private static final Duration START = Duration.ofSeconds(60);

  private final Path home;
  private final Path directory;

  Targets(Path home, Path directory) {
    this.home = home;
    this.directory = directory;
  }

  static List<String> names() {
    return List.of(
        "spillway", "spillway-one", "mosquitto", "nats", "moquette", "hivemq", "aedes", "rabbitmq");
  }

  Target start(String name) throws Exception {
    if (name.startsWith(VARIANT)) {
      return spillway(Variant.of(name.substring(VARIANT.length()), home));
    }
    return switch (name) {
      case "spillway" -> spillway(Variant.of("", home));
      case "spillway-one" -> spillwayInOneProcess();
      case "mosquitto" -> mosquitto();
      case "nats" -> nats();
      case "moquette" -> moquette();
      case "aedes" -> aedes();
      case "hivemq" -> hivemq();
      case "rabbitmq" -> rabbitmq();
      default -> throw new IllegalArgumentException(name + " (expected: one of " + names() + ")");
    };
  }

  private Target spillway(Variant variant) throws Exception {
    int tcp = ServerProcess.freePort();
    int webSocket = ServerProcess.freePort();
    int link = ServerProcess.freePort();
    ServerProcess core =
        ServerProcess.start(
            "core", directory, command(variant, "core-broker", core(tcp, link)), variant.jvm());
    try {
      core.awaitOutput(" running", START);
    } catch (Exception e) {
      core.close();
      throw e;
    }
    List<String> settings = gateway(webSocket);
    settings.add("gateway.upstream.addresses.0=127.0.0.1:" + link);
    ServerProcess gateway =
        ServerProcess.start(
            "gateway", directory, command(variant, "ws-gateway", settings), variant.jvm());
    List<ServerProcess> processes = List.of(core, gateway);
    Target target =
        new Target(
            variant.name(), Target.loopback(webSocket), "/mqtt", Target.loopback(tcp), processes);
    return ready(target, gateway, " running");
  }

  private Target spillwayInOneProcess() throws Exception {
    int tcp = ServerProcess.freePort();
    int webSocket = ServerProcess.freePort();
    List<String> settings = core(tcp, ServerProcess.freePort());
    settings.addAll(gateway(webSocket));
    List<String> command = command(Variant.of("", home), "run", settings);
    ServerProcess both = ServerProcess.start("one", directory, command);
    return ready("spillway-one", tcp, webSocket, both, " running");
  }

  private List<String> core(int tcp, int link) throws Exception {
    return new ArrayList<>(
        List.of(
            "broker.listeners.tcp.host=127.0.0.1",
            "broker.listeners.tcp.port=" + tcp,
            "broker.link.host=127.0.0.1",
            "broker.link.port=" + link,
            "broker.admin.enabled=false",
            "broker.sys-interval=1s",
            "broker.limits.max-queued-messages=10000000",
            "broker.limits.max-queued-bytes=8GiB",
            "broker.store.directory=" + Files.createTempDirectory(directory, "store"),
            "log.connection-messages=false"));
  }

  private static List<String> gateway(int port) {
    return new ArrayList<>(
        List.of(
            "gateway.listeners.http.host=127.0.0.1",
            "gateway.listeners.http.port=" + port,
            "gateway.admin.enabled=false",
            "gateway.origins=[\"*\"]",
            "log.connection-messages=false"));
  }

  private static List<String> command(Variant variant, String script, List<String> settings) {
    List<String> command = new ArrayList<>();
    command.add(variant.home().resolve("scripts").resolve(script).toString());
    settings.addAll(variant.settings());
    for (String setting : settings) {
      command.add("--set");
      command.add(setting);
    }
    return command;
  }

  private Target mosquitto() throws Exception {
    int tcp = ServerProcess.freePort();
    int webSocket = ServerProcess.freePort();
    Path file =
        Files.writeString(
            directory.resolve("mosquitto.conf"),
            """
            listener %d 127.0.0.1
            listener %d 127.0.0.1
            protocol websockets
            allow_anonymous true
            connection_messages false
            log_type error
            set_tcp_nodelay true
            """
                .formatted(tcp, webSocket));
    ServerProcess process =
        ServerProcess.start(
            "mosquitto", directory, List.of(program("mosquitto"), "-c", file.toString()));
    return ready("mosquitto", tcp, webSocket, process, null);
  }

  private Target nats() throws Exception {
    int tcp = ServerProcess.freePort();
    int webSocket = ServerProcess.freePort();
    Path store = Files.createTempDirectory(directory, "nats");
    Path file =
        Files.writeString(
            directory.resolve("nats.conf"),
            """
            host: 127.0.0.1
            port: %d
            server_name: bench
            jetstream { store_dir: "%s" }
            mqtt { host: 127.0.0.1, port: %d }
            websocket { host: 127.0.0.1, port: %d, no_tls: true }
            """
                .formatted(ServerProcess.freePort(), store, tcp, webSocket));
    ServerProcess process =
        ServerProcess.start(
            "nats", directory, List.of(program("nats-server"), "-c", file.toString()));
    return ready("nats", tcp, webSocket, process, null);
  }

  /** A broker on the JVM: with the heap and the collector that ours has. */
  private Target moquette() throws Exception {
    int tcp = ServerProcess.freePort();
    int webSocket = ServerProcess.freePort();
    Path place = Files.createTempDirectory(directory, "moquette");
    Files.createDirectories(place.resolve("config"));
    Files.writeString(
        place.resolve("config/moquette.conf"),
        """
        host 127.0.0.1
        port %d
        websocket_port %d
        websocket_path /mqtt
        allow_anonymous true
        persistence_enabled false
        telemetry_enabled false
        data_path %s
        netty.mqtt.message_size 20000000
        """
            .formatted(tcp, webSocket, place));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ServerProcess process =
        ServerProcess.start(
            "moquette",
            directory,
            List.of(
                java,
                "-Xmx1g",
                "-XX:+UseG1GC",
                "-Dmoquette.path=" + place,
                "-cp",
                home.resolve("target/peers/moquette/lib") + "/*",
                "io.moquette.broker.Server"));
    return ready("moquette", tcp, webSocket, process, null);
  }

  /** As Moquette, and without its disk: the others have none in these scenarios either. */
  private Target hivemq() throws Exception {
    int tcp = ServerProcess.freePort();
    int webSocket = ServerProcess.freePort();
    Path place = Files.createTempDirectory(directory, "hivemq");
    for (String folder : List.of("conf", "data", "log", "extensions")) {
      Files.createDirectories(place.resolve(folder));
    }
    Files.writeString(
        place.resolve("conf/config.xml"),
        """
        <hivemq>
          <listeners>
            <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
            <websocket-listener>
              <port>%d</port><bind-address>127.0.0.1</bind-address><path>/mqtt</path>
              <subprotocols><subprotocol>mqtt</subprotocol></subprotocols>
            </websocket-listener>
          </listeners>
          <persistence><mode>in-memory</mode></persistence>
          <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
        </hivemq>
        """
            .formatted(tcp, webSocket));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseG1GC"));
    for (String opened : List.of("java.lang", "java.nio", "sun.nio.ch", "jdk.internal.misc")) {
      command.addAll(List.of("--add-opens", "java.base/" + opened + "=ALL-UNNAMED"));
    }
    command.add("-cp");
    command.add(home.resolve("target/peers/hivemq/lib") + "/*");
    // A source file: without one of its extensions it would let nobody in.
    command.add(home.resolve("ws-gateway/src/bench/peers/hivemq/Server.java").toString());
    command.add(place.toString());
    ServerProcess process = ServerProcess.start("hivemq", directory, command);
    return ready("hivemq", tcp, webSocket, process, null);
  }

  private Target rabbitmq() throws Exception {
    int tcp = ServerProcess.freePort();
    int webSocket = ServerProcess.freePort();
    int nodes = ServerProcess.freePort();
    Path place = Files.createTempDirectory(directory, "rabbitmq");
    Path plugins = place.resolve("enabled_plugins");
    Files.writeString(plugins, "[rabbitmq_mqtt,rabbitmq_web_mqtt].");
    Path file =
        Files.writeString(
            place.resolve("rabbitmq.conf"),
            """
            listeners.tcp = none
            mqtt.listeners.tcp.1 = 127.0.0.1:%d
            mqtt.allow_anonymous = true
            web_mqtt.tcp.ip = 127.0.0.1
            web_mqtt.tcp.port = %d
            web_mqtt.ws_path = /mqtt
            log.console.level = error
            """
                .formatted(tcp, webSocket));
    List<String> command =
        List.of(
            "env",
            "HOME=" + place,
            "RABBITMQ_NODENAME=bench" + tcp + "@localhost",
            "RABBITMQ_DIST_PORT=" + ServerProcess.freePort(),
            "ERL_EPMD_ADDRESS=127.0.0.1",
            "ERL_EPMD_PORT=" + nodes,
            "RABBITMQ_CONFIG_FILE=" + file,
            "RABBITMQ_ENABLED_PLUGINS_FILE=" + plugins,
            "RABBITMQ_MNESIA_BASE=" + place.resolve("data"),
            "RABBITMQ_LOG_BASE=" + place.resolve("log"),
            // Otherwise a shell stays above it, and it is the shell whose CPU would be read.
            "RABBITMQ_ALLOW_INPUT=true",
            "/usr/lib/rabbitmq/bin/rabbitmq-server");
    // Erlang would start its register of nodes as a daemon that stays.
    ServerProcess register =
        ServerProcess.start(
            "epmd",
            directory,
            List.of(program("epmd"), "-address", "127.0.0.1", "-port", String.valueOf(nodes)));
    ServerProcess process = ServerProcess.start("rabbitmq", directory, command).with(register);
    return ready("rabbitmq", tcp, webSocket, process, null);
  }

  private Target aedes() throws Exception {
    int tcp = ServerProcess.freePort();
    int webSocket = ServerProcess.freePort();
    ServerProcess process =
        ServerProcess.start(
            "aedes",
            directory,
            List.of(
                "node",
                home.resolve("target/peers/aedes/server.js").toString(),
                String.valueOf(tcp),
                String.valueOf(webSocket)));
    return ready("aedes", tcp, webSocket, process, null);
  }

  /** One in a single process; {@code says}: null where it says nothing. */
  private static Target ready(
      String name, int tcp, int webSocket, ServerProcess process, String says) throws Exception {
    Target target =
        new Target(
            name, Target.loopback(webSocket), "/mqtt", Target.loopback(tcp), List.of(process));
    return ready(target, process, says);
  }

  private static Target ready(Target target, ServerProcess process, String says) throws Exception {
    try {
      if (says != null) {
        process.awaitOutput(says, START);
      }
      process.awaitPort(target.tcp(), START);
      process.awaitPort(target.webSocket(), START);
      if (says != null) {
        process.awaitReady(target.webSocket(), START);
      }
      return target;
    } catch (Exception e) {
      target.close();
      throw e;
    }
  }

  private static String program(String name) {
    for (String directory : List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")) {
      if (Files.isExecutable(Path.of(directory, name))) {
        return directory + "/" + name;
      }
    }
    throw new IllegalStateException(name + " isn't installed");
  }
}
