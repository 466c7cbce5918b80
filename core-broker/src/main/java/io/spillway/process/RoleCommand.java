package io.spillway.process;

/** The command line of a role, and the life of its process. */
public final class RoleCommand {
  private RoleCommand() {}

  /** Runs the role until it is asked to stop, and ends the process: 0, 1 or 2. */
  public static void run(Role role, String[] args) {
    throw new UnsupportedOperationException();
  }
}
