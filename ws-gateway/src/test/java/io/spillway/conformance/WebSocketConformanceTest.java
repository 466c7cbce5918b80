package io.spillway.conformance;

/** Every chapter over WebSocket. */
class WebSocketConformanceTest extends ConformanceTest {
  WebSocketConformanceTest() {
    super(GatewayServer::webSocket);
  }
}
