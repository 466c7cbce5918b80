package io.spillway.conformance;

import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;

/** A chapter whose tests say how their server is configured, and so have one each. */
abstract class OwnServerChapter extends Chapter {
  private final Function<String, Server> starts;

  /** Null until a test has started it, and when it has stopped it. */
  private Server server;

  /** {@code starts} starts a server with settings (HOCON) beside the defaults. */
  OwnServerChapter(Function<String, Server> starts) {
    super(() -> null);
    this.starts = starts;
  }

  final void start(String settings) {
    server = starts.apply(settings);
  }

  @Override
  final Server server() {
    return server;
  }

  @AfterEach
  final void stop() {
    if (server != null) {
      Server stopped = server;
      server = null;
      stopped.close();
    }
  }
}
