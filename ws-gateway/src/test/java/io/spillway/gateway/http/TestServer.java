package io.spillway.gateway.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.spillway.gateway.websocket.WebSocketConnection;
import io.spillway.gateway.websocket.WebSocketListener;
import io.spillway.gateway.websocket.WebSocketSettings;
import io.spillway.proxy.ProxyPeers;
import io.spillway.tls.CertificateName;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import javax.net.ssl.SSLContext;

/** The gateway's HTTP side on a free port, with whatever listener a test wants behind it. */
public final class TestServer implements BrowserAcceptor, AutoCloseable {

  public static final String LISTENER = "gateway.listeners.http";
  public static final String ADMIN = "gateway.admin";

  /** What was told of each upgrade, in order. */
  public final BlockingQueue<UpgradeFacts> upgrades = new LinkedBlockingQueue<>();

  public volatile boolean up = true;
  public volatile boolean draining;
  public volatile boolean ready = true;

  private final HttpServer server;
  private final BiFunction<WebSocketConnection, UpgradeFacts, WebSocketListener> browsers;

  public TestServer(BiFunction<WebSocketConnection, UpgradeFacts, WebSocketListener> browsers) {
    this(new Settings(), browsers);
  }

  public TestServer(
      Settings settings,
      BiFunction<WebSocketConnection, UpgradeFacts, WebSocketListener> browsers) {
    this.browsers = browsers;
    this.server =
        new HttpServer(settings.build(), this, () -> ready, PooledByteBufAllocator.DEFAULT);
    server.start();
  }

  public HttpServer server() {
    return server;
  }

  public InetSocketAddress address() {
    return server.addresses(LISTENER).get(0);
  }

  public int port() {
    return address().getPort();
  }

  @Override
  public boolean isUp() {
    return up;
  }

  @Override
  public boolean isDraining() {
    return draining;
  }

  @Override
  public WebSocketListener accept(WebSocketConnection connection, UpgradeFacts facts) {
    upgrades.add(facts);
    return browsers.apply(connection, facts);
  }

  public UpgradeFacts nextUpgrade() throws InterruptedException {
    UpgradeFacts facts = upgrades.poll(5, TimeUnit.SECONDS);
    assertTrue(facts != null, "an upgrade within five seconds");
    return facts;
  }

  /** Waits until no WebSocket connection is left. */
  public void awaitNoConnections() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (server.webSockets().size() > 0) {
      assertTrue(
          System.nanoTime() < deadline, server.webSockets().size() + " connections are left");
      Thread.onSpinWait();
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Override
  public void close() {
    server.stop();
  }

  /** The defaults of the configuration, each to be replaced by a test. */
  public static final class Settings {

    public List<String> hosts = List.of("127.0.0.1");
    public int port;
    public SSLContext tls;
    public int ioThreads = 1;
    public List<String> origins = List.of();
    public List<String> trustedProxies = List.of();
    public List<String> hostNames = List.of();
    public List<String> paths = List.of("/mqtt");
    public ProxyPeers proxies = ProxyPeers.NONE;
    public int httpConnections = 10_000;
    public int httpConnectionsPerAddress = 250;
    public Duration requestTimeout = Duration.ofSeconds(10);
    public Duration idleTimeout = Duration.ofSeconds(30);
    public boolean dashboard = true;
    public Path staticDirectory;
    public List<String> connectSources = List.of();
    public WebSocketSettings webSocket =
        new WebSocketSettings(Duration.ofSeconds(25), Duration.ofSeconds(2));

    public AdmissionSettings admission = AdmissionSettings.OPEN;

    HttpSettings build() {
      return new HttpSettings(
          List.of(
              new HttpSettings.Listener(
                  LISTENER,
                  hosts,
                  port,
                  tls,
                  false,
                  CertificateName.NONE,
                  proxies,
                  Integer.MAX_VALUE)),
          List.of(new HttpSettings.Listener(ADMIN, List.of("127.0.0.1"), 0, null)),
          ioThreads,
          paths,
          origins,
          trustedProxies,
          hostNames,
          httpConnections,
          httpConnectionsPerAddress,
          requestTimeout,
          idleTimeout,
          16 * 1024,
          64,
          dashboard,
          staticDirectory,
          connectSources,
          webSocket,
          admission);
    }
  }
}
