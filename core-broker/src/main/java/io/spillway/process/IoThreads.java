package io.spillway.process;

/** How many threads carry a role's connections. */
public final class IoThreads {
  private IoThreads() {}

  /**
   * One fewer than there are processors, as the kernel's network, the collector and the store need
   * some too. On two processors that is one: where messages come one at a time it needs less CPU
   * for each than two that wake each other up.
   *
   * @param configured 0: as above; otherwise the answer
   */
  public static int of(int configured) {
    return of(configured, Runtime.getRuntime().availableProcessors());
  }

  static int of(int configured, int processors) {
    return configured > 0 ? configured : Math.max(1, processors - 1);
  }
}
