package io.spillway.process;

import java.util.Map;
import java.util.Set;

/**
 * What a process is: how its command is called, which roots of the configuration are its own, and
 * how a service is made of them. Used by the main thread.
 */
public interface Role {
  /** The command's name as users type it, such as {@code core-broker}. */
  String command();

  /** One sentence for {@code --help}. */
  String description();

  /**
   * The roots of the configuration this role reads, such as {@code broker}. The root {@code log} is
   * every role's and isn't listed. Each root has a key {@code shutdown-timeout}.
   */
  Set<String> roots();

  /** Environment variables that hold a secret, and the key each one sets. */
  default Map<String, String> secrets() {
    return Map.of();
  }

  /**
   * Reads everything the service needs, tells {@code settings} about every mistake, and opens
   * nothing. What it returns is only used when there was no mistake, so it may stand on stand-in
   * values otherwise.
   */
  Service configure(Settings settings);
}
