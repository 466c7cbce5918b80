package io.spillway.broker.auth;

import io.spillway.broker.auth.AccessRule.Kind;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.TopicFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An access control file with Mosquitto's syntax and rules, read once and immutable; a reload makes
 * a new one. Any thread.
 *
 * <p>{@code topic} lines above the first {@code user} line are for anonymous clients, those below
 * it for that user, {@code pattern} lines for everybody, with {@code %u} and {@code %c} standing
 * for the user name and the client identifier where they are a whole level. Without an access word
 * a line grants both reading and writing.
 */
public final class AclFile {

  /** Keyed by user name; null: anonymous clients. */
  private final Map<String, List<AccessRule>> topics = new HashMap<>();

  private final List<Pattern> patterns = new ArrayList<>();

  private record Pattern(List<String> levels, Kind kind) {
    boolean asksForUser() {
      return levels.contains("%u");
    }

    /** Null where the user name or client identifier isn't one level, so that nothing can match. */
    AccessRule forClient(String userName, String clientId) {
      String[] filled = new String[levels.size()];
      for (int i = 0; i < filled.length; i++) {
        String level = levels.get(i);
        filled[i] = level.equals("%u") ? userName : level.equals("%c") ? clientId : level;
        if (filled[i] == null || (filled[i] != level && filled[i].indexOf('/') >= 0)) {
          return null;
        }
      }
      try {
        return new AccessRule(TopicFilter.parse(String.join("/", filled)), kind);
      } catch (ProtocolException e) {
        return null;
      }
    }
  }

  private AclFile() {}

  /**
   * Reads the file.
   *
   * @throws FileMistake names the line and what was expected
   */
  public static AclFile read(Path file) throws FileMistake, IOException {
    AclFile acl = new AclFile();
    String user = null;
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        user = acl.readLine(line, user);
      } catch (IllegalArgumentException | ProtocolException e) {
        throw new FileMistake(file, i + 1, e.getMessage());
      }
    }
    return acl;
  }

  /** Returns the user to whom the lines that follow belong. */
  private String readLine(String line, String user) {
    String[] words = line.split("[ \t]+", 2);
    String rest = words.length == 2 ? words[1] : "";
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(line + " (expected: something behind it)");
    }
    switch (words[0]) {
      case "user" -> {
        return rest;
      }
      case "topic" -> {
        Kind kind = kind(rest);
        add(
            topics.computeIfAbsent(user, name -> new ArrayList<>()),
            new AccessRule(TopicFilter.parse(filter(rest)), kind),
            kind);
      }
      case "pattern" -> addPattern(kind(rest), filter(rest));
      default ->
          throw new IllegalArgumentException(
              words[0] + " (expected: user, topic, pattern or a comment)");
    }
    return user;
  }

  private void addPattern(Kind kind, String text) {
    List<String> levels = Arrays.asList(text.split("/", -1));
    for (String level : levels) {
      if ((level.contains("%u") || level.contains("%c")) && level.length() != 2) {
        throw new IllegalArgumentException(
            text + " (expected: %u and %c as whole levels, not parts of one)");
      }
    }
    TopicFilter.parse(text);
    add(patterns, new Pattern(levels, kind), kind);
  }

  /** Denials are asked before anything else, wherever they stand. */
  private static <T> void add(List<T> list, T entry, Kind kind) {
    list.add(kind == Kind.DENY ? 0 : list.size(), entry);
  }

  private static Kind kind(String rest) {
    String[] words = rest.split("[ \t]+", 2);
    if (words.length == 1) {
      return Kind.READWRITE;
    }
    return switch (words[0]) {
      case "read", "write", "readwrite", "deny" -> Kind.valueOf(words[0].toUpperCase(Locale.ROOT));
      default ->
          throw new IllegalArgumentException(
              words[0] + " (expected: read, write, readwrite or deny before the topic)");
    };
  }

  private static String filter(String rest) {
    String[] words = rest.split("[ \t]+", 2);
    return words[words.length - 1];
  }

  /** The lines that concern one client; {@code userName} is null for an anonymous one. */
  AccessRules rulesFor(String userName, String clientId) {
    List<AccessRule> rules = new ArrayList<>(topics.getOrDefault(userName, List.of()));
    if (holdsWildcard(userName) || holdsWildcard(clientId)) {
      // Such a name would widen the patterns it is filled into, so it gets none of them.
      return new AccessRules(List.copyOf(rules));
    }
    for (Pattern pattern : patterns) {
      AccessRule rule =
          pattern.asksForUser() && userName == null ? null : pattern.forClient(userName, clientId);
      if (rule != null) {
        rules.add(rule);
      }
    }
    return new AccessRules(List.copyOf(rules));
  }

  private static boolean holdsWildcard(String name) {
    return name != null && (name.indexOf('+') >= 0 || name.indexOf('#') >= 0);
  }
}
