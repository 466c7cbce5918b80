package io.spillway.system;

import io.spillway.gateway.Standalone;
import io.spillway.process.Settings;
import io.spillway.process.log.Logging;
import io.spillway.testing.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assertions;

/** Core and gateway on ports that the system chose, with their log. Used by one thread. */
final class TestSystem implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  static final String CORE =
      """
      broker.listeners.tcp { host = 127.0.0.1, port = 0 }
      broker.link { host = 127.0.0.1, port = 0 }
      broker.admin { host = 127.0.0.1, port = 0 }
      broker.store.durability = memory
      broker.io-threads = 2
      """;

  static final String GATEWAY =
      """
      gateway.listeners.http.port = 0
      gateway.admin { host = 127.0.0.1, port = 0 }
      gateway.io-threads = 2
      """;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AutoCloseable tee = Logging.tee(lines::add);
  private final Standalone process;

  private TestSystem(String settings) {
    process = Standalone.of(Settings.of(CORE + GATEWAY + settings));
    try {
      process.start();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    await("a link for every thread", process.gateway()::isReady);
  }

  /** With these settings (HOCON) beside the defaults. */
  static TestSystem start(String... settings) {
    return new TestSystem(String.join("\n", settings));
  }

  Standalone process() {
    return process;
  }

  int httpPort() {
    return process.gateway().addresses("gateway.listeners.http").get(0).getPort();
  }

  int tcpPort() {
    return process.broker().tcpPort();
  }

  /** A WebSocket that has been upgraded and has sent nothing yet. */
  WebSocketWire webSocket() {
    return WebSocketWire.connect(httpPort(), "/mqtt");
  }

  /** A client over WebSocket that has sent nothing yet. */
  RawClient browser() {
    return new RawClient(webSocket());
  }

  /** A client over TCP that has sent nothing yet. */
  RawClient device() {
    return RawClient.tcp(tcpPort());
  }

  void awaitLog(String part) {
    await(
        part + " in the log:\n" + String.join("\n", lines),
        () -> lines.stream().anyMatch(line -> line.contains(part)));
  }

  /** The log so far, without times. */
  List<String> log() {
    return lines;
  }

  static void await(String what, BooleanSupplier condition) {
    await(what, PATIENCE, condition);
  }

  static void await(String what, Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      Assertions.assertTrue(System.nanoTime() < deadline, "not in time: " + what);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() {
    try {
      process.stop(PATIENCE);
      tee.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The body of whatever is answered. */
  static String get(int port, String path) {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
