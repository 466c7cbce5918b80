package io.spillway.conformance;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Every chapter over secure WebSocket. */
class SecureWebSocketConformanceTest extends ConformanceTest {
  @TempDir static Path directory;

  SecureWebSocketConformanceTest() {
    super(settings -> GatewayServer.secureWebSocket(directory, settings));
  }
}
