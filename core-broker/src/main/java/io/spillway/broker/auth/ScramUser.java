package io.spillway.broker.auth;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * Prints a user's line for {@code broker.auth.scram-file}. On Windows it is the command itself;
 * elsewhere a script stands before it, which asks for the password at a terminal. The name is the
 * argument, the password the first line of standard input, so that it stays out of process lists.
 */
public final class ScramUser {
  private static final int ITERATIONS = 15_000;
  private static final int SALT_BYTES = 16;

  private static final String USAGE =
      """
      Usage: scram-user USER
      Prints a user's line for broker.auth.scram-file.
      The password is the first line of standard input; typed at a console it is shown.
      """;

  private ScramUser() {}

  public static void main(String[] args) throws IOException {
    if (args.length == 1 && (args[0].equals("--help") || args[0].equals("-h"))) {
      System.out.print(USAGE);
      return;
    }
    if (args.length != 1 || args[0].isEmpty() || args[0].matches("(?s)-.*|.*[:\n\r].*")) {
      System.err.print(USAGE);
      System.exit(2);
    }
    String password =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    if (password == null || password.isEmpty()) {
      System.err.println("scram-user: no password on standard input");
      System.exit(2);
    }
    System.out.println(line(args[0], password));
  }

  /** A line of the file with a salt of its own. */
  static String line(String userName, String password) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return userName + ":" + ScramCredential.of(password, salt, ITERATIONS).text();
  }
}
