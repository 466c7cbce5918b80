package io.spillway.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** One listener of a {@code mosquitto.conf}: the line that opens it and the lines below. */
final class MosquittoListener {
  private static final Set<String> OPTIONS =
      Set.of(
          "protocol",
          "max_connections",
          "http_dir",
          "mount_point",
          "socket_domain",
          "bind_interface",
          "use_username_as_clientid",
          "websockets_headers_size",
          "websockets_origin",
          "certfile",
          "keyfile",
          "cafile",
          "capath",
          "crlfile",
          "ciphers",
          "ciphers_tls1.3",
          "dhparamfile",
          "tls_version",
          "tls_engine",
          "tls_engine_kpass_sha1",
          "tls_keyform",
          "require_certificate",
          "use_identity_as_username",
          "use_subject_as_username",
          "psk_hint",
          "max_qos",
          "max_topic_alias",
          "max_topic_alias_broker",
          "accept_protocol_versions",
          "enable_proxy_protocol",
          "proxy_protocol_v2_require_tls");

  /** Of the listener without a line of its own. */
  private static final Set<String> MAIN_OPTIONS = Set.of("port", "bind_address");

  // Null for the one that is configured without a line of its own (port, bind_address).
  private final MosquittoLine opening;
  private final List<MosquittoLine> lines = new ArrayList<>();
  private final Map<String, MosquittoLine> byOption = new HashMap<>();

  MosquittoListener(MosquittoLine opening) {
    this.opening = opening;
  }

  static boolean isOption(String option) {
    return OPTIONS.contains(option) || MAIN_OPTIONS.contains(option);
  }

  static Stream<String> names() {
    return Stream.concat(OPTIONS.stream(), MAIN_OPTIONS.stream());
  }

  /** Takes a line that is about this listener. */
  boolean take(MosquittoLine line) {
    String option = line.option();
    if (!OPTIONS.contains(option) && !(opening == null && MAIN_OPTIONS.contains(option))) {
      return false;
    }
    lines.add(line);
    byOption.put(option, line);
    return true;
  }

  /** Whether Mosquitto would open it; the main one needs a port or an address. */
  boolean isOpened() {
    return opening != null || byOption.containsKey("port") || byOption.containsKey("bind_address");
  }

  void tellUnused(MosquittoTranslation to) {
    lines.forEach(line -> to.nothing(line, "it stands before any listener"));
  }

  MosquittoLine line() {
    if (opening != null) {
      return opening;
    }
    return byOption.getOrDefault("port", byOption.get("bind_address"));
  }

  /** Sets the keys of the listener that has this name here, on all of these addresses. */
  void open(String name, List<String> hosts, MosquittoTranslation to) {
    to.put(name + ".enabled", true, line());
    to.put(name + ".host", hosts, line());
    if (port().matches("\\d{1,5}")) {
      to.put(name + ".port", Integer.parseInt(port()), line());
    } else {
      to.mistake(line(), "a port");
    }
    if (isWebSocket()) {
      // Mosquitto looks at no path: its users' clients often have none, or MQTT Explorer's own.
      to.put("gateway.path", List.of("/mqtt", "/", "/ws"), line());
    }
    lines.forEach(line -> translate(name, line, to));
    if (requiresCertificate() && !byOption.containsKey("cafile")) {
      to.mistake(byOption.get("require_certificate"), "a cafile with the authority to believe");
    }
  }

  private void translate(String name, MosquittoLine line, MosquittoTranslation to) {
    switch (line.option()) {
      case "port", "bind_address", "socket_domain", "require_certificate" -> to.part(line, name);
      case "protocol" -> {
        if (Set.of("mqtt", "mqttv31", "websockets").contains(protocol())) {
          to.part(line, name);
        } else {
          to.mistake(line, "mqtt or websockets");
        }
      }
      case "max_connections" -> {
        if (line.value().startsWith("-")) {
          to.put(name + ".max-connections", "none", line);
        } else {
          MosquittoOptions.number(line, name + ".max-connections", to);
        }
      }
      case "certfile" ->
          to.put(name + ".certificate", MosquittoTranslation.path(line.value()), line);
      case "keyfile" ->
          to.put(name + ".private-key", MosquittoTranslation.path(line.value()), line);
      case "cafile" -> {
        if (requiresCertificate()) {
          to.put(name + ".client-ca", MosquittoTranslation.path(line.value()), line);
        } else {
          to.nothing(line, "clients aren't asked for a certificate");
        }
      }
      case "http_dir" -> {
        if (isWebSocket()) {
          to.put("gateway.static-directory", MosquittoTranslation.path(line.value()), line);
        } else {
          to.nothing(line, "only a websockets listener serves files");
        }
      }
      case "mount_point" -> to.mistake(line, "no mount point, as it isn't supported");
      case "crlfile" -> to.mistake(line, "no revocation list, as it isn't supported");
      case "psk_hint" -> to.mistake(line, "certificates, as pre-shared keys aren't supported");
      case "capath" -> {
        if (requiresCertificate()) {
          to.mistake(line, "cafile, as directories of certificates aren't read");
        } else {
          to.nothing(line, "clients aren't asked for a certificate");
        }
      }
      case "enable_proxy_protocol", "proxy_protocol_v2_require_tls" -> {
        if (!line.value().equals("false")) {
          to.mistake(
              line,
              "false, and the proxies' addresses in proxy-protocol-from of a configuration file");
        }
      }
      case "use_identity_as_username" -> identity(name, line, "common-name", to);
      case "use_subject_as_username" -> identity(name, line, "subject", to);
      case "use_username_as_clientid" -> {
        if (line.value().equals("true")) {
          to.mistake(line, "false, as a client's identifier is the one of its CONNECT");
        } else {
          to.part(line, name);
        }
      }
      case "max_topic_alias" ->
          MosquittoOptions.number(line, "broker.limits.topic-alias-maximum", to);
      case "tls_version", "ciphers", "ciphers_tls1.3", "dhparamfile" ->
          to.nothing(line, "TLS 1.2 and 1.3 are offered with modern ciphers");
      case "websockets_origin" -> {
        if (!isWebSocket()) {
          to.nothing(line, "only a websockets listener has pages to ask");
        }
      }
      case "bind_interface" -> to.nothing(line, "a listener names its addresses instead");
      case "websockets_headers_size" -> {
        if (line.value().equals("0")) {
          to.nothing(line, "gateway.http.max-header-size keeps its default");
        } else {
          MosquittoOptions.number(line, "gateway.http.max-header-size", to);
        }
      }
      default -> to.nothing(line, "there is no such choice per listener");
    }
  }

  private void identity(String name, MosquittoLine line, String identity, MosquittoTranslation to) {
    if (!line.value().equals("true")) {
      to.part(line, name);
    } else if (requiresCertificate()) {
      to.put(name + ".certificate-identity", identity, line);
    } else {
      to.mistake(line, "require_certificate true, as the certificate is who the client is");
    }
  }

  /** The lines that name pages which may connect; none: any page may. */
  List<MosquittoLine> origins() {
    return lines.stream().filter(line -> line.option().equals("websockets_origin")).toList();
  }

  /** Whose the line and those below it are. */
  String root() {
    return isWebSocket() ? "gateway" : "broker";
  }

  void own(MosquittoTranslation to) {
    if (opening != null) {
      to.own(opening, root());
    }
    for (MosquittoLine line : lines) {
      to.own(line, root());
    }
  }

  /** The listener of ours that this is, unless there is another of its kind before it. */
  String kind() {
    boolean tls = byOption.containsKey("certfile");
    if (isWebSocket()) {
      return tls ? "gateway.listeners.https" : "gateway.listeners.http";
    }
    return tls ? "broker.listeners.tls" : "broker.listeners.tcp";
  }

  /** Whether one listener here can be both: the same but for the address. */
  boolean isLike(MosquittoListener other) {
    return kind().equals(other.kind())
        && port().equals(other.port())
        && said().equals(other.said());
  }

  private List<String> said() {
    return lines.stream()
        .filter(line -> !Set.of("port", "bind_address", "socket_domain").contains(line.option()))
        .map(MosquittoLine::text)
        .sorted()
        .toList();
  }

  boolean isUnixSocket() {
    return port().equals("0");
  }

  void tellLeftOut(String reason, MosquittoTranslation to) {
    to.nothing(line(), reason);
    lines.stream()
        .filter(line -> line != line())
        .forEach(line -> to.nothing(line, "it belongs to that listener"));
  }

  private boolean isWebSocket() {
    return protocol().equals("websockets");
  }

  private boolean requiresCertificate() {
    return value("require_certificate", "false").equals("true");
  }

  private String protocol() {
    return value("protocol", "mqtt").toLowerCase(Locale.ROOT);
  }

  String port() {
    return opening == null ? value("port", "1883") : opening.value().split("\\s+")[0];
  }

  /** Without an address Mosquitto listens on every one. */
  String host() {
    String[] words = opening == null ? new String[0] : opening.value().split("\\s+");
    if (words.length > 1) {
      return words[1];
    }
    if (byOption.containsKey("bind_address")) {
      return value("bind_address", "");
    }
    return switch (value("socket_domain", "")) {
      case "ipv4" -> "0.0.0.0";
      case "ipv6" -> "::";
      default -> "*";
    };
  }

  private String value(String option, String otherwise) {
    MosquittoLine line = byOption.get(option);
    return line == null ? otherwise : line.value();
  }
}
