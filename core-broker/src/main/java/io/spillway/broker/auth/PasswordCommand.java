package io.spillway.broker.auth;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds, changes or removes a user of a password file. On Windows it is the command itself;
 * elsewhere a script stands before it, which asks for the password at a terminal. The name is an
 * argument, the password the first line of standard input, so that it stays out of process lists.
 */
public final class PasswordCommand {
  private static final String USAGE =
      """
      Usage: passwd [-D] FILE USER
      Adds or changes a user of broker.auth.password-file, or removes one (-D).
      The password is the first line of standard input; typed at a console it is shown.
      A line is one that Mosquitto reads too; a running broker takes the change up by itself.
      """;

  private PasswordCommand() {}

  public static void main(String[] args) throws IOException {
    if (args.length == 1 && (args[0].equals("--help") || args[0].equals("-h"))) {
      System.out.print(USAGE);
      return;
    }
    boolean remove = args.length == 3 && args[0].equals("-D");
    boolean add = args.length == 2 && !args[0].startsWith("-") && !args[1].startsWith("-");
    if (!remove && !add || args[args.length - 1].isEmpty() || isNoName(args)) {
      System.err.print(USAGE);
      System.exit(2);
    }
    Path file = Path.of(args[args.length - 2]);
    String user = args[args.length - 1];
    String password = null;
    if (!remove) {
      password =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      if (password == null || password.isEmpty()) {
        System.err.println("passwd: no password on standard input");
        System.exit(2);
      }
    }
    if (!change(file, user, password)) {
      System.err.println("passwd: no user " + user + " in " + file);
      System.exit(1);
    }
  }

  private static boolean isNoName(String[] args) {
    return args[args.length - 1].matches("(?s).*[:\n\r].*");
  }

  /**
   * Writes the file anew and puts it in the old one's place, so that no reader sees half of it.
   * Comments and other users stay as they are. {@code password} is null to remove the user; false:
   * there was none.
   */
  static boolean change(Path file, String user, String password) throws IOException {
    List<String> lines = new ArrayList<>();
    if (Files.exists(file)) {
      lines.addAll(Files.readAllLines(file, StandardCharsets.UTF_8));
    }
    boolean known = lines.removeIf(line -> line.strip().startsWith(user + ":"));
    if (password == null && !known) {
      return false;
    }
    if (password != null) {
      lines.add(user + ":" + PasswordHash.hashed(password.getBytes(StandardCharsets.UTF_8)));
    }
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path next = Files.createTempFile(target.getParent(), "passwd", ".new"); // Its owner's alone.
    try {
      Files.write(next, lines, StandardCharsets.UTF_8);
      if (Files.exists(target)) {
        beLike(target, next);
      }
      Files.move(next, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(next);
    }
    return true;
  }

  /**
   * Owner, group and mode: the broker mostly isn't the user who runs this, and must still read it.
   * A change that the system forbids is a failure, and the file stays as it was.
   */
  private static void beLike(Path old, Path next) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
    if (view == null) {
      return; // As on Windows.
    }
    PosixFileAttributes its = Files.readAttributes(old, PosixFileAttributes.class);
    PosixFileAttributes ours = view.readAttributes();
    if (!its.group().equals(ours.group())) {
      view.setGroup(its.group());
    }
    if (!its.owner().equals(ours.owner())) {
      view.setOwner(its.owner());
    }
    view.setPermissions(its.permissions());
  }
}
