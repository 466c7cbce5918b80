package io.spillway.broker.auth;

import io.spillway.broker.auth.AccessRule.Kind;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.TopicFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * for the user name and the client identifier, also as a part of a level: Mosquitto's manual asks
 * for whole levels and its program doesn't, so such files are in use. Without an access word a line
 * grants both reading and writing.
 *
 * <p>A name that holds {@code +} or {@code #} gets nothing from patterns, as in Mosquitto; nor does
 * one that holds {@code /} from those it would be filled into, which Mosquitto allows: it would
 * reach into levels that the pattern's author meant for something else.
 */
public final class AclFile {

  /** Keyed by user name; null: anonymous clients. */
  private final Map<String, List<AccessRule>> topics = new HashMap<>();

  private final List<Pattern> patterns = new ArrayList<>();

  private record Pattern(String text, Kind kind) {

    /** Null where the pattern needs a name that the client hasn't got or that isn't one level. */
    AccessRule forClient(String userName, String clientId) {
      StringBuilder filled = new StringBuilder();
      for (int i = 0; i < text.length(); i++) {
        String name =
            text.startsWith("%u", i) ? userName : text.startsWith("%c", i) ? clientId : "";
        if (name == null || name.indexOf('/') >= 0) {
          return null;
        }
        if (text.startsWith("%u", i) || text.startsWith("%c", i)) {
          filled.append(name);
          i++;
        } else {
          filled.append(text.charAt(i));
        }
      }
      try {
        return new AccessRule(TopicFilter.parse(filled.toString()), kind);
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
    TopicFilter.parse(text);
    add(patterns, new Pattern(text, kind), kind);
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
      AccessRule rule = pattern.forClient(userName, clientId);
      if (rule != null) {
        rules.add(rule);
      }
    }
    return new AccessRules(List.copyOf(rules));
  }

  /**
   * Of rights that a client brings along: lines without {@code pattern}; a wrong one gives none.
   */
  static AccessRules rulesFor(List<String> rights, String userName, String clientId) {
    AclFile acl = new AclFile();
    for (String right : rights) {
      try {
        acl.addPattern(kind(right), filter(right));
      } catch (IllegalArgumentException | ProtocolException e) {
        continue;
      }
    }
    return acl.rulesFor(userName, clientId);
  }

  private static boolean holdsWildcard(String name) {
    return name != null && (name.indexOf('+') >= 0 || name.indexOf('#') >= 0);
  }
}
