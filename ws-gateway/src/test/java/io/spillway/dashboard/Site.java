package io.spillway.dashboard;

import io.spillway.gateway.Standalone;
import io.spillway.process.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;

/**
 * A core and a gateway with the page, on ports that the system chose; they can be stopped and
 * started again on the same ones. Used by one thread.
 */
final class Site implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String settings;
  private int tcpPort;
  private int httpPort;
  private boolean coreStopped;

  /** Null while stopped. */
  private Standalone process;

  private Site(String settings) {
    this.settings = settings;
  }

  /** With these settings (HOCON) beside the defaults. */
  static Site with(String... settings) {
    Site site = new Site(String.join("\n", settings));
    site.start();
    return site;
  }

  /** Starts, or starts again where it was. */
  void start() {
    String places =
        """
        broker.listeners.tcp { host = 127.0.0.1, port = %d }
        broker.link { host = 127.0.0.1, port = 0 }
        broker.admin.enabled = false
        broker.store.durability = memory
        broker.sys-interval = 1s
        gateway.listeners.http { host = 127.0.0.1, port = %d }
        gateway.admin.enabled = false
        gateway.io-threads = 2
        """
            .formatted(tcpPort, httpPort);
    process = Standalone.of(Settings.of(places + settings));
    try {
      process.start();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!process.gateway().isReady()) {
      Assertions.assertTrue(System.nanoTime() < deadline, "the gateway has no link in time");
      Thread.onSpinWait();
    }
    tcpPort = process.broker().tcpPort();
    httpPort = process.gateway().addresses("gateway.listeners.http").get(0).getPort();
  }

  void stop() {
    try {
      if (coreStopped) {
        process.gateway().stop(Duration.ofSeconds(5));
      } else {
        process.stop(Duration.ofSeconds(5));
      }
      process = null;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  String page() {
    return "http://127.0.0.1:" + httpPort + "/";
  }

  /** The gateway stays, without a core. */
  void stopCore() {
    try {
      process.broker().stop(Duration.ofSeconds(5));
      coreStopped = true;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (process.gateway().isReady()) {
      Assertions.assertTrue(System.nanoTime() < deadline, "the gateway still has a link");
      Thread.onSpinWait();
    }
  }

  int httpsPort() {
    return process.gateway().addresses("gateway.listeners.https").get(0).getPort();
  }

  int httpPort() {
    return httpPort;
  }

  int tcpPort() {
    return tcpPort;
  }

  @Override
  public void close() {
    if (process != null) {
      stop();
    }
  }
}
