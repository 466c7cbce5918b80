package io.spillway.conformance;

/** Every chapter over secure WebSocket. */
class SecureWebSocketConformanceTest extends ConformanceTest {
  SecureWebSocketConformanceTest() {
    super(GatewayServer::secureWebSocket);
  }
}
