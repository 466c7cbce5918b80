package io.spillway.system;

import io.spillway.gateway.Gateway;
import io.spillway.gateway.GatewayConfig;
import io.spillway.process.Settings;
import io.spillway.testing.RawClient;
import java.time.Duration;

/** A gateway alone, on ports that the system chose. Used by one thread. */
public final class TestGateway implements AutoCloseable {
  private final Gateway gateway;

  private TestGateway(String settings) {
    Settings read = Settings.of(TestSystem.GATEWAY + settings);
    GatewayConfig config = GatewayConfig.read(read);
    read.check();
    gateway = new Gateway(config);
    gateway.start();
  }

  /** With these settings (HOCON) beside the defaults. */
  static TestGateway start(String... settings) {
    return new TestGateway(String.join("\n", settings));
  }

  /** In front of a core or broker at this port of this machine. */
  public static TestGateway before(int port, String... settings) {
    return start(
        "gateway.upstream { addresses = [\"127.0.0.1:" + port + "\"], reconnect-max = 200ms }",
        "gateway.upstream.reconnect-spread = 200ms",
        String.join("\n", settings));
  }

  Gateway gateway() {
    return gateway;
  }

  public TestGateway awaitReady() {
    TestSystem.await("a way upstream for every thread", gateway::isReady);
    return this;
  }

  public int httpPort() {
    return gateway.addresses("gateway.listeners.http").get(0).getPort();
  }

  int adminPort() {
    return gateway.addresses("gateway.admin").get(0).getPort();
  }

  /** A WebSocket that has been upgraded and has sent nothing yet. */
  WebSocketWire webSocket() {
    return WebSocketWire.connect(httpPort(), "/mqtt");
  }

  /** A client over WebSocket that has sent nothing yet. */
  RawClient browser() {
    return new RawClient(webSocket());
  }

  void stop(Duration timeout) {
    try {
      gateway.stop(timeout);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    stop(Duration.ofSeconds(5));
  }
}
