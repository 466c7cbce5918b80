package io.spillway.process.log;

/** The switches of the log, to be turned at any time and by any thread. */
public final class Logging {
  private Logging() {}

  /** Also hands every finished line to the consumer, without its time, until closed. */
  public static AutoCloseable tee(java.util.function.Consumer<String> lines) {
    throw new UnsupportedOperationException();
  }
}
