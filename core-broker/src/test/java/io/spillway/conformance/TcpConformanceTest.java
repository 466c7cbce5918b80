package io.spillway.conformance;

/** Every chapter over TCP. */
class TcpConformanceTest extends ConformanceTest {
  TcpConformanceTest() {
    super(TcpServer::tcp);
  }
}
