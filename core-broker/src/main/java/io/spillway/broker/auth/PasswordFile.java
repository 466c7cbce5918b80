package io.spillway.broker.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The users of one password file, read once and immutable; a reload makes a new one. Any thread.
 */
public final class PasswordFile {

  private final Map<String, PasswordHash> users;

  /** What stands behind each user's colon. */
  private final Map<String, String> entries;

  /** Compared with when the user is unknown: costs what most of the file's users cost. */
  private final PasswordHash decoy;

  private PasswordFile(Map<String, PasswordHash> users, Map<String, String> entries) {
    this.users = users;
    this.entries = entries;
    this.decoy = users.values().stream().findFirst().orElse(PasswordHash.decoy());
  }

  /**
   * Reads a file as {@code mosquitto_passwd} writes it: a line {@code user:hash} per user, empty
   * lines and lines that begin with {@code #} left out.
   *
   * @throws FileMistake names the line and what was expected
   */
  public static PasswordFile read(Path file) throws FileMistake, IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    Map<String, PasswordHash> users = new HashMap<>();
    Map<String, String> entries = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new FileMistake(file, i + 1, "expected USER:HASH");
      }
      String user = line.substring(0, colon);
      PasswordHash hash;
      try {
        hash = PasswordHash.parse(line.substring(colon + 1));
      } catch (IllegalArgumentException e) {
        throw new FileMistake(file, i + 1, "user " + user + ": " + e.getMessage());
      }
      if (users.putIfAbsent(user, hash) != null) {
        throw new FileMistake(file, i + 1, "user " + user + " appears twice");
      }
      entries.put(user, line.substring(colon + 1));
    }
    return new PasswordFile(Map.copyOf(users), Map.copyOf(entries));
  }

  /** Takes milliseconds by design, also when there is no such user. */
  boolean accepts(String userName, byte[] password) {
    PasswordHash hash = users.get(userName);
    if (hash == null) {
      decoy.matches(password);
      return false;
    }
    return hash.matches(password);
  }

  /** The user's hash as it stands in the file; null: there is no such user. */
  String entry(String userName) {
    return entries.get(userName);
  }

  int size() {
    return users.size();
  }
}
