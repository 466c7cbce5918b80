package io.spillway.process;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** What the options of a {@code mosquitto.conf} outside its listeners mean here. Stateless. */
final class MosquittoOptions {
  private static final Map<String, BiConsumer<MosquittoLine, MosquittoTranslation>> OPTIONS =
      new LinkedHashMap<>();

  static {
    option("allow_anonymous", MosquittoOptions::anonymous);
    option("password_file", file("broker.auth.password-file"));
    option("acl_file", file("broker.auth.acl-file"));

    option("connection_messages", flag("log.connection-messages"));
    option("log_timestamp", MosquittoOptions::timestamp);
    option("log_timestamp_format", MosquittoOptions::timestampFormat);
    option("log_type", MosquittoOptions::logType);
    option("log_dest", MosquittoOptions::logDestination);

    option("persistence", MosquittoOptions::persistence);
    option("persistence_location", MosquittoOptions::persistenceLocation);
    option("persistent_client_expiration", MosquittoOptions::sessionExpiry);

    option("max_packet_size", bound("broker.limits.max-packet-size"));
    option("message_size_limit", bound("broker.limits.max-packet-size"));
    option("max_inflight_messages", bound("broker.limits.max-inflight"));
    option("max_queued_messages", bound("broker.limits.max-queued-messages"));
    option("max_queued_bytes", bound("broker.limits.max-queued-bytes"));
    option("max_keepalive", MosquittoOptions::keepAlive);
    option("sys_interval", (line, to) -> seconds(line, "broker.sys-interval", to));

    refused("plugin", "password-file, acl-file or jwt, as Mosquitto's plugins can't be loaded");
    refused("auth_plugin", "password-file, acl-file or jwt, as its plugins can't be loaded");
    refused("global_plugin", "password-file, acl-file or jwt, as its plugins can't be loaded");
    refused("psk_file", "certificates, as pre-shared keys aren't supported");
    refused("clientid_prefixes", "no prefixes, as they aren't supported");
    option("per_listener_settings", MosquittoOptions::perListener);
    option("retain_available", MosquittoOptions::retainAvailable);
    option("global_max_clients", bound("broker.limits.max-sessions"));
    option("global_max_connections", bound("broker.limits.max-connections"));

    meaningless("pid_file", "the service manager knows the process");
    meaningless("user", "the service manager chooses the user");
    meaningless("autosave_interval", "what was acknowledged is always stored");
    meaningless("autosave_on_changes", "what was acknowledged is always stored");
    meaningless("persistence_file", "the store is a directory");
    meaningless("allow_zero_length_clientid", "they are allowed, as the standard says");
    meaningless("auto_id_prefix", "identifiers that the broker assigns have their own form");
    meaningless("allow_duplicate_messages", "overlapping filters follow the standard");
    meaningless("check_retain_source", "retained messages are checked against the ACL");
    meaningless("max_inflight_bytes", "messages in flight are bounded by their number");
    meaningless("memory_limit", "the JVM's bounds hold");
    meaningless("queue_qos0_messages", "QoS 0 isn't queued for clients that are away");
    meaningless("retain_expiry_interval", "a retained message has the expiry of its publisher");
    meaningless("set_tcp_nodelay", "it is always set");
    meaningless("upgrade_outgoing_qos", "QoS follows the standard");
    meaningless("websockets_log_level", "log.levels names the gateway's loggers");
    meaningless("log_facility", "lines go to standard error");
    meaningless("enable_control_api", "the admin API answers on broker.admin");
    meaningless("auth_plugin_deny_special_chars", "it belongs to the plugin");
    meaningless("plugin_load", "Mosquitto's plugins can't be loaded");
    meaningless("plugin_use", "Mosquitto's plugins can't be loaded");
    meaningless("connection", "bridges to other brokers aren't supported");
  }

  /** Everything below {@code connection}, besides options that begin with bridge_. */
  private static final Set<String> BRIDGE =
      Set.of(
          "connection",
          "address",
          "addresses",
          "topic",
          "clientid",
          "cleansession",
          "keepalive_interval",
          "idle_timeout",
          "local_clientid",
          "local_cleansession",
          "local_password",
          "local_username",
          "notifications",
          "notifications_local_only",
          "notification_topic",
          "password",
          "remote_clientid",
          "remote_password",
          "remote_username",
          "restart_timeout",
          "round_robin",
          "start_type",
          "threshold",
          "try_private",
          "username");

  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug");

  private MosquittoOptions() {}

  static boolean translate(MosquittoLine line, MosquittoTranslation to) {
    BiConsumer<MosquittoLine, MosquittoTranslation> option = OPTIONS.get(line.option());
    if (option != null) {
      option.accept(line, to);
      return true;
    }
    if (isOfPlugin(line.option())) {
      to.nothing(line, "it belongs to the plugin");
      return true;
    }
    return false;
  }

  /** Whether Mosquitto has it, besides those of its listeners. */
  static boolean isOption(String option) {
    return OPTIONS.containsKey(option) || isOfPlugin(option) || isBridge(option);
  }

  private static boolean isOfPlugin(String option) {
    return option.startsWith("plugin_opt_") || option.startsWith("auth_opt_");
  }

  static boolean isBridge(String option) {
    return BRIDGE.contains(option) || option.startsWith("bridge_");
  }

  /** Those of bridges too. */
  static Stream<String> names() {
    return Stream.concat(OPTIONS.keySet().stream(), BRIDGE.stream()).distinct();
  }

  static void number(MosquittoLine line, String key, MosquittoTranslation to) {
    try {
      to.put(key, Long.parseLong(line.value()), line);
    } catch (NumberFormatException e) {
      to.mistake(line, "a whole number");
    }
  }

  private static void option(
      String name, BiConsumer<MosquittoLine, MosquittoTranslation> translation) {
    OPTIONS.put(name, translation);
  }

  private static void meaningless(String name, String reason) {
    OPTIONS.put(name, (line, to) -> to.nothing(line, reason));
  }

  /** Passing over it would open what Mosquitto keeps shut. */
  private static void refused(String name, String expectation) {
    OPTIONS.put(name, (line, to) -> to.mistake(line, expectation));
  }

  private static BiConsumer<MosquittoLine, MosquittoTranslation> file(String key) {
    return (line, to) -> to.translate(key, MosquittoTranslation.path(line.value()), line);
  }

  private static BiConsumer<MosquittoLine, MosquittoTranslation> flag(String key) {
    return (line, to) -> {
      if (isFlag(line, to)) {
        to.translate(key, line.value().equals("true"), line);
      }
    };
  }

  private static boolean isFlag(MosquittoLine line, MosquittoTranslation to) {
    boolean flag = line.value().equals("true") || line.value().equals("false");
    if (!flag) {
      to.mistake(line, "true or false");
    }
    return flag;
  }

  /** Where 0 means no bound for Mosquitto; ours stays, as nothing here is without one. */
  private static BiConsumer<MosquittoLine, MosquittoTranslation> bound(String key) {
    return (line, to) -> {
      if (line.value().equals("0")) {
        to.nothing(line, "nothing is without a bound; " + key + " keeps its default");
        return;
      }
      number(line, key, to);
      to.own(line, "broker");
    };
  }

  private static void seconds(MosquittoLine line, String key, MosquittoTranslation to) {
    if (line.value().matches("\\d{1,9}")) {
      to.translate(key, line.value() + "s", line);
    } else {
      to.mistake(line, "a number of seconds");
    }
  }

  private static void anonymous(MosquittoLine line, MosquittoTranslation to) {
    if (isFlag(line, to)) {
      String answer = line.value().equals("true") ? "yes" : "no";
      to.translate("broker.auth.allow-anonymous", answer, line);
    }
  }

  /** The translation compares what stands below each listener. */
  private static void perListener(MosquittoLine line, MosquittoTranslation to) {
    if (isFlag(line, to)) {
      to.part(line, "broker.auth");
    }
  }

  private static void retainAvailable(MosquittoLine line, MosquittoTranslation to) {
    if (!isFlag(line, to)) {
      return;
    }
    if (line.value().equals("true")) {
      to.nothing(line, "retained messages are available by default");
    } else {
      to.translate("broker.limits.max-retained-messages", 0, line);
    }
  }

  private static void timestamp(MosquittoLine line, MosquittoTranslation to) {
    if (!isFlag(line, to)) {
      return;
    }
    if (line.value().equals("false")) {
      to.put("log.timestamp", "none", line);
    } else if (to.config().hasPath("log.timestamp")) {
      to.part(line, "log.timestamp");
    } else {
      to.put("log.timestamp", "epoch", line);
    }
  }

  private static void timestampFormat(MosquittoLine line, MosquittoTranslation to) {
    if (!line.value().equals("%Y-%m-%dT%H:%M:%S")) {
      to.nothing(line, "dates are written as ISO 8601 with the offset");
    }
    to.put("log.timestamp", "iso", line);
  }

  /** Several types may be named; the one that tells most decides. */
  private static void logType(MosquittoLine line, MosquittoTranslation to) {
    String level =
        switch (line.value().toLowerCase(Locale.ROOT)) {
          case "all", "debug" -> "debug";
          case "none", "error" -> "error";
          case "warning" -> "warn";
          case "notice", "information" -> "info";
          default -> null;
        };
    if (level == null) {
      to.nothing(line, "levels are error, warn, info, debug and trace");
      return;
    }
    String key = "log.level";
    String earlier = to.config().hasPath(key) ? to.config().getString(key) : "error";
    if (LEVELS.indexOf(level) >= LEVELS.indexOf(earlier)) {
      to.put(key, level, line);
    } else {
      to.part(line, key);
    }
  }

  private static void logDestination(MosquittoLine line, MosquittoTranslation to) {
    to.nothing(
        line,
        line.value().equals("stderr")
            ? "it is so anyway"
            : "lines go to standard error, where the service manager keeps them");
  }

  private static void persistence(MosquittoLine line, MosquittoTranslation to) {
    if (isFlag(line, to)) {
      String durability = line.value().equals("true") ? "commit" : "memory";
      to.translate("broker.store.durability", durability, line);
    }
  }

  /** A directory of our own below Mosquitto's, so that neither reads the other's files. */
  private static void persistenceLocation(MosquittoLine line, MosquittoTranslation to) {
    String directory = MosquittoTranslation.path(line.value()) + "/spillway";
    to.translate("broker.store.directory", directory, line);
  }

  private static void sessionExpiry(MosquittoLine line, MosquittoTranslation to) {
    String value = line.value();
    if (!value.matches("\\d{1,6}[hdwmy]")) {
      to.mistake(line, "a number with h, d, w, m or y");
      return;
    }
    long number = Long.parseLong(value.substring(0, value.length() - 1));
    long hours =
        switch (value.charAt(value.length() - 1)) {
          case 'h' -> number;
          case 'd' -> 24 * number;
          case 'w' -> 7 * 24 * number;
          case 'm' -> 30 * 24 * number;
          default -> 365 * 24 * number;
        };
    to.translate("broker.limits.session-expiry-maximum", hours + "h", line);
  }

  private static void keepAlive(MosquittoLine line, MosquittoTranslation to) {
    if (line.value().equals("65535") || line.value().equals("0")) {
      to.nothing(line, "keep alive has no maximum by default");
    } else {
      seconds(line, "broker.limits.keep-alive-maximum", to);
    }
  }
}
