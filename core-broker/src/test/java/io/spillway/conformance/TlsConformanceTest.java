package io.spillway.conformance;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Every chapter over TLS. */
class TlsConformanceTest extends ConformanceTest {
  @TempDir static Path directory;

  TlsConformanceTest() {
    super(settings -> TcpServer.tls(directory, settings));
  }
}
