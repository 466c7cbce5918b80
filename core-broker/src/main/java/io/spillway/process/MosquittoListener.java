package io.spillway.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One listener of a {@code mosquitto.conf}: the line that opens it and the lines below. Here there
 * is one listener of each of four kinds, on any number of addresses; further ports of a kind are
 * told and left out.
 */
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

  // Null for the one that is configured without a line of its own (port, bind_address).
  private final MosquittoLine opening;
  private final List<MosquittoLine> lines = new ArrayList<>();
  private final Map<String, MosquittoLine> byOption = new HashMap<>();

  MosquittoListener(MosquittoLine opening) {
    this.opening = opening;
  }

  /** Takes a line that is about this listener. */
  boolean take(MosquittoLine line) {
    String option = line.option();
    boolean mainOnly = option.equals("port") || option.equals("bind_address");
    if (!OPTIONS.contains(option) && !(mainOnly && opening == null)) {
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

  static void translate(List<MosquittoListener> listeners, MosquittoTranslation to) {
    Map<String, MosquittoListener> byKind = new LinkedHashMap<>();
    Map<String, Set<String>> hosts = new LinkedHashMap<>();
    for (MosquittoListener listener : listeners) {
      String kind = listener.kind();
      MosquittoListener first = byKind.get(kind);
      if (listener.port().equals("0")) {
        to.nothing(listener.line(), "Unix sockets aren't supported");
      } else if (first != null && !first.port().equals(listener.port())) {
        String reason = "one listener of this kind is opened, that of " + first.line().place();
        to.nothing(listener.line(), reason);
        listener.lines.forEach(line -> to.nothing(line, "it belongs to that listener"));
      } else {
        hosts.computeIfAbsent(kind, same -> new LinkedHashSet<>()).add(listener.host());
        byKind.putIfAbsent(kind, listener);
        listener.own(to);
      }
    }
    byKind.forEach((kind, listener) -> listener.open(kind, List.copyOf(hosts.get(kind)), to));
    if (listeners.isEmpty()) {
      return;
    }
    if (!byKind.containsKey("broker.listeners.tcp")) {
      to.put("broker.listeners.tcp.enabled", false, listeners.get(0).line());
    }
    if (byKind.containsKey("gateway.listeners.https")
        && !byKind.containsKey("gateway.listeners.http")) {
      to.put("gateway.listeners.http.enabled", false, listeners.get(0).line());
    }
  }

  private void open(String kind, List<String> hosts, MosquittoTranslation to) {
    to.put(kind + ".enabled", true, line());
    to.put(kind + ".host", hosts, line());
    if (port().matches("\\d{1,5}")) {
      to.put(kind + ".port", Integer.parseInt(port()), line());
    } else {
      to.mistake(line(), "a port");
    }
    if (isWebSocket()) {
      // Mosquitto looks at no path, and its users' clients often have none.
      to.put("gateway.path", List.of("/mqtt", "/"), line());
    }
    List<String> origins = new ArrayList<>();
    for (MosquittoLine line : lines) {
      if (line.option().equals("websockets_origin")) {
        origins.add(line.value());
        to.put("gateway.origins", List.copyOf(origins), line);
      } else {
        translate(kind, line, to);
      }
    }
    if (requiresCertificate() && !byOption.containsKey("cafile")) {
      to.mistake(byOption.get("require_certificate"), "a cafile with the authority to believe");
    }
  }

  private void translate(String kind, MosquittoLine line, MosquittoTranslation to) {
    switch (line.option()) {
      case "port", "bind_address", "socket_domain", "require_certificate" -> {}
      case "protocol" -> {
        if (!Set.of("mqtt", "mqttv31", "websockets").contains(protocol())) {
          to.mistake(line, "mqtt or websockets");
        }
      }
      case "max_connections" -> {
        if (isWebSocket()) {
          to.nothing(line, "the gateway's listeners have no such bound");
        } else if (!line.value().startsWith("-")) {
          MosquittoOptions.number(line, kind + ".max-connections", to);
        }
      }
      case "certfile" ->
          to.put(kind + ".certificate", MosquittoTranslation.path(line.value()), line);
      case "keyfile" ->
          to.put(kind + ".private-key", MosquittoTranslation.path(line.value()), line);
      case "cafile" -> {
        if (requiresCertificate()) {
          to.put(kind + ".client-ca", MosquittoTranslation.path(line.value()), line);
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
      case "capath" -> to.mistake(line, "cafile, as directories of certificates aren't read");
      case "enable_proxy_protocol", "proxy_protocol_v2_require_tls" -> {
        if (!line.value().equals("false")) {
          to.mistake(
              line,
              "false, and the proxies' addresses in proxy-protocol-from of a configuration file");
        }
      }
      case "use_identity_as_username", "use_subject_as_username", "use_username_as_clientid" -> {
        if (line.value().equals("true")) {
          to.mistake(line, "false, as the user's name comes from CONNECT");
        }
      }
      case "tls_version", "ciphers", "ciphers_tls1.3", "dhparamfile" ->
          to.nothing(line, "TLS 1.2 and 1.3 are offered with modern ciphers");
      case "bind_interface" -> to.nothing(line, "a listener names its addresses instead");
      case "websockets_headers_size" ->
          to.nothing(line, "gateway.http.max-header-size bounds them");
      default -> to.nothing(line, "there is no such choice per listener");
    }
  }

  private void own(MosquittoTranslation to) {
    String root = isWebSocket() ? "gateway" : "broker";
    if (opening != null) {
      to.own(opening, root);
    }
    for (MosquittoLine line : lines) {
      to.own(line, root);
    }
  }

  private String kind() {
    boolean tls = byOption.containsKey("certfile");
    if (isWebSocket()) {
      return tls ? "gateway.listeners.https" : "gateway.listeners.http";
    }
    return tls ? "broker.listeners.tls" : "broker.listeners.tcp";
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

  private String port() {
    return opening == null ? value("port", "1883") : opening.value().split("\\s+")[0];
  }

  /** Without an address Mosquitto listens on every one. */
  private String host() {
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
