package io.spillway.conformance;

import io.spillway.gateway.Standalone;
import io.spillway.process.Settings;
import io.spillway.process.log.Logging;
import io.spillway.testing.Certificates;
import io.spillway.testing.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/** Core and gateway, entered by WebSocket or by secure WebSocket. */
final class GatewayServer implements Server {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String SETTINGS =
      """
      broker.listeners.tcp { host = 127.0.0.1, port = 0 }
      broker.link { host = 127.0.0.1, port = 0 }
      broker.admin { host = 127.0.0.1, port = 0 }
      broker.store.durability = memory
      broker.io-threads = 2
      gateway.listeners.http.port = 0
      gateway.admin { host = 127.0.0.1, port = 0 }
      gateway.io-threads = 2
      """;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AutoCloseable tee = Logging.tee(lines::add);
  private final Standalone process;

  /** Null: plain WebSocket. */
  private final SSLContext tls;

  private GatewayServer(String settings, SSLContext tls) {
    this.tls = tls;
    process = Standalone.of(Settings.of(SETTINGS + settings));
    try {
      process.start();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!process.gateway().isReady()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no link in time");
      }
      Thread.onSpinWait();
    }
  }

  static GatewayServer webSocket(String settings) {
    return new GatewayServer(settings, null);
  }

  static Server secureWebSocket(String settings) {
    try {
      Certificates certificates = Certificates.localhost();
      String listener =
          """
          gateway.listeners.https {
            enabled = true, host = 127.0.0.1, port = 0, certificate = "%s", private-key = "%s"
          }
          """
              .formatted(certificates.certificate(), certificates.privateKey());
      return new GatewayServer(listener + settings, certificates.client(null));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private int port(String listener) {
    return process.gateway().addresses("gateway.listeners." + listener).get(0).getPort();
  }

  int httpPort() {
    return port("http");
  }

  /** WebSockets that are open. */
  int browsers() {
    return process.gateway().browsers();
  }

  int tcpPort() {
    return process.broker().tcpPort();
  }

  @Override
  public Wire connect() {
    return framed();
  }

  FramedWire framed() {
    InetAddress local = InetAddress.getLoopbackAddress();
    try {
      return new FramedWire(
          tls == null
              ? new Socket(local, port("http"))
              : tls.getSocketFactory().createSocket(local, port("https")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> log() {
    return lines;
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
}
