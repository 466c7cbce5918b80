package io.spillway.broker.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The users of one {@code broker.auth.scram-file}, read once and immutable; a reload makes a new
 * one. Any thread.
 */
final class ScramFile {
  private static final int DECOY_ITERATIONS = 4096;

  private final Map<String, ScramCredential> users;

  /** What stands behind each user's colon. */
  private final Map<String, String> entries;

  /** What an unknown user is asked looks like what a known one is, and the same each time. */
  private final byte[] decoySecret = new byte[32];

  private final int decoyIterations;

  private ScramFile(Map<String, ScramCredential> users, Map<String, String> entries) {
    this.users = users;
    this.entries = entries;
    this.decoyIterations =
        users.values().stream().findFirst().map(user -> user.iterations).orElse(DECOY_ITERATIONS);
    new SecureRandom().nextBytes(decoySecret);
  }

  /**
   * Reads a file with a line {@code USER:SCRAM-SHA-256$…} per user, empty lines and lines that
   * begin with {@code #} left out.
   *
   * @throws FileMistake names the line and what was expected
   */
  static ScramFile read(Path file) throws FileMistake, IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    Map<String, ScramCredential> users = new HashMap<>();
    Map<String, String> entries = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new FileMistake(file, i + 1, "expected USER:SCRAM-SHA-256$…");
      }
      String user = line.substring(0, colon);
      try {
        if (users.put(user, ScramCredential.parse(line.substring(colon + 1))) != null) {
          throw new FileMistake(file, i + 1, "user " + user + " appears twice");
        }
      } catch (IllegalArgumentException e) {
        throw new FileMistake(file, i + 1, "user " + user + ": " + e.getMessage());
      }
      entries.put(user, line.substring(colon + 1));
    }
    return new ScramFile(Map.copyOf(users), Map.copyOf(entries));
  }

  /** Never null: an unknown user gets one that no proof fits. */
  ScramCredential credential(String userName) {
    ScramCredential known = users.get(userName);
    return known == null ? ScramCredential.decoy(decoySecret, userName, decoyIterations) : known;
  }

  /** The user's line as it stands in the file; null: there is no such user. */
  String entry(String userName) {
    return entries.get(userName);
  }

  boolean knows(String userName) {
    return users.containsKey(userName);
  }
}
