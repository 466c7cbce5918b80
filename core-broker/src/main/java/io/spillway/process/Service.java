package io.spillway.process;

import java.time.Duration;
import java.util.List;

/** What a process runs. All methods are called by the main thread, one after the other. */
public interface Service {
  /**
   * Returns when every listener is open.
   *
   * @throws StartFailure for what the user can mend, such as a port in use; its message is all that
   *     is shown
   */
  void start() throws Exception;

  /**
   * What {@link #start} will warn of, as far as the configuration and the files that it names tell.
   * Opens nothing; asked only where there is no mistake.
   */
  default List<String> warnings() {
    return List.of();
  }

  /** Lines for standard output once it has started, such as the dashboard's address. */
  default List<String> greeting() {
    return List.of();
  }

  /**
   * Refuses new work, brings what was begun to its end and closes everything, within the time
   * given. Also called when {@link #start} has failed half-way.
   */
  void stop(Duration timeout) throws Exception;

  /**
   * Takes over what can change while running, such as the contents of files. The root {@code log}
   * has been applied, and changed keys of other roots are told to need a restart. The settings have
   * been read again from the same command line and hold no mistake that {@link Role#configure}
   * could find; where there was one, they are the last that held none.
   */
  default void reload(Settings settings) throws Exception {}
}
