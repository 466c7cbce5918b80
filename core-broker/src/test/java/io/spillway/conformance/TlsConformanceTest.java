package io.spillway.conformance;

/** Every chapter over TLS. */
class TlsConformanceTest extends ConformanceTest {
  TlsConformanceTest() {
    super(TcpServer::tls);
  }
}
