package io.spillway.broker.auth;

import java.nio.file.Path;

/**
 * A line of a password or access control file that cannot be read, with what was expected there.
 */
public final class FileMistake extends Exception {
  private static final long serialVersionUID = 1;

  FileMistake(Path file, int line, String text) {
    super(file + ":" + line + ": " + text);
  }
}
