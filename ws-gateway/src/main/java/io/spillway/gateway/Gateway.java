package io.spillway.gateway;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.spillway.gateway.bridge.Bridge;
import io.spillway.gateway.http.BindFailure;
import io.spillway.gateway.http.BrowserAcceptor;
import io.spillway.gateway.http.HttpServer;
import io.spillway.gateway.http.HttpSettings;
import io.spillway.gateway.http.UpgradeFacts;
import io.spillway.gateway.uplink.LinkUplink;
import io.spillway.gateway.uplink.LinkUplinkSettings;
import io.spillway.gateway.uplink.PlainUplink;
import io.spillway.gateway.uplink.PlainUplinkSettings;
import io.spillway.gateway.uplink.Uplink;
import io.spillway.gateway.websocket.WebSocketConnection;
import io.spillway.gateway.websocket.WebSocketListener;
import io.spillway.link.LinkSecret;
import io.spillway.link.LinkSettings;
import io.spillway.process.FileWatch;
import io.spillway.process.Service;
import io.spillway.process.Settings;
import io.spillway.process.StartFailure;
import io.spillway.process.metrics.LoopWatch;
import io.spillway.process.metrics.MetricsPage;
import io.spillway.tls.ExpiryWatch;
import io.spillway.token.TokenSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * A gateway: listeners for browsers, the bridge, and the way to the cores. Started and stopped
 * once, by one thread.
 */
public final class Gateway implements Service {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  /** Of the stop's time, what is for the browsers; the rest is for what comes after them. */
  private static final double DRAIN_SHARE = 0.8;

  /** For telling the cores. */
  private static final Duration LINKS_CLOSE = Duration.ofSeconds(1);

  /** A unit may hold several small packets as well as one of the maximum length. */
  private static final int UNIT_BYTES_BEYOND_PACKET = 64 * 1024;

  private static final int PAGE_BYTES = 8192;
  private static final int CHUNK_PAGES_LOG2 = 8;
  private static final int SMALL_CACHED = 256;
  private static final int NORMAL_CACHED = 16;

  private final GatewayConfig config;

  // All null until started; http again when stopped.
  private HttpServer http;
  private Uplink uplink;
  private ExpiryWatch certificates;

  /** Null where there is nothing to watch. */
  private FileWatch watch;

  private volatile Bridge bridge;

  public Gateway(GatewayConfig config) {
    this.config = config;
  }

  @Override
  public List<String> warnings() {
    return config.warnings();
  }

  /** Returns when every listener is open; there may be no core yet. */
  @Override
  public void start() {
    PooledByteBufAllocator allocator = allocator(HttpServer.ioThreads(config.http()));
    http = new HttpServer(config.http(), new Arrivals(), this::isReady, allocator);
    XnioWorker worker = http.worker();
    uplink = uplink(worker, allocator);
    bridge = new Bridge(config.bridge(), uplink, worker, allocator, http.admission()::loginFailed);
    uplink.start(bridge::batchComplete);
    List<LoopWatch> watches = watches(worker);
    http.watch(() -> trouble(watches));
    GatewayMetrics metrics = new GatewayMetrics(http, bridge, uplink, watches);
    http.adminPage("/metrics", MetricsPage.CONTENT_TYPE, metrics::text);
    try {
      http.start();
    } catch (BindFailure e) {
      throw new StartFailure(e.getMessage(), e);
    }
    announce("websockets", config.http().listeners());
    announce("admin", config.http().adminListeners());
    certificates = ExpiryWatch.start(config.certificates());
    watch = watch();
  }

  private void announce(String kind, List<HttpSettings.Listener> listeners) {
    for (HttpSettings.Listener listener : listeners) {
      int port = addresses(listener.name()).get(0).getPort();
      log.info("Opening {} listen socket on port {}.", kind, port);
    }
  }

  /** So that a changed file needs no signal. Null where there is nothing to watch. */
  private FileWatch watch() {
    List<Path> files = files();
    return files.isEmpty() || config.watchInterval().isZero()
        ? null
        : new FileWatch(files, config.watchInterval(), this::filesChanged).start();
  }

  /** Of certificates and keys. */
  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    config.tlsFiles().values().forEach(each -> files.addAll(each.files()));
    TokenSettings tokens = config.http().admission().tokens();
    if (tokens != null && tokens.keysFile() != null) {
      files.add(tokens.keysFile());
    }
    return files.stream().distinct().toList();
  }

  private void filesChanged(List<Path> which) {
    String mistakes = readFilesAgain();
    if (mistakes.isEmpty()) {
      log.info("Read again after a change: {}.", FileWatch.names(which));
    } else {
      log.error("A changed file can't be used, so what was read before goes on: {}", mistakes);
    }
  }

  /** Each for itself, so that one with a mistake keeps no other from being used. Says which. */
  private String readFilesAgain() {
    List<String> mistakes = new ArrayList<>();
    readAgain(http::reloadKeys, mistakes);
    config
        .tlsFiles()
        .forEach(
            (listener, files) -> readAgain(() -> http.renew(listener, files.context()), mistakes));
    certificates.look();
    return String.join("; ", mistakes);
  }

  private interface Reading {
    void run() throws IOException;
  }

  private static void readAgain(Reading reading, List<String> mistakes) {
    try {
      reading.run();
    } catch (IOException e) {
      mistakes.add(e.getMessage());
    }
  }

  private static List<LoopWatch> watches(XnioWorker worker) {
    List<LoopWatch> watches = new ArrayList<>();
    for (int i = 0; i < worker.getIoThreadCount(); i++) {
      XnioIoThread ioThread = worker.getIoThread(i);
      LoopWatch watch =
          new LoopWatch("ws-io-" + (i + 1), (task, millis) -> schedule(ioThread, task, millis));
      ioThread.execute(watch::start);
      watches.add(watch);
    }
    return watches;
  }

  private static void schedule(XnioIoThread ioThread, Runnable task, long millis) {
    try {
      ioThread.executeAfter(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The worker is stopping.
    }
  }

  /** Null: none. */
  private static String trouble(List<LoopWatch> watches) {
    for (LoopWatch watch : watches) {
      String trouble = watch.trouble();
      if (trouble != null) {
        return trouble;
      }
    }
    return null;
  }

  /** Whether browsers can be served. */
  public boolean isReady() {
    Bridge serving = bridge;
    return serving != null && !serving.isDraining() && uplink.isReady();
  }

  /** Where browsers connect: the addresses of {@code listeners.http} or another by name. */
  public List<InetSocketAddress> addresses(String listener) {
    return http.addresses(listener);
  }

  /** The admin listener's port, also where the system chose it. */
  public int adminPort() {
    return addresses("gateway.admin").get(0).getPort();
  }

  /** Browsers at this moment. */
  public int browsers() {
    return bridge.browsers();
  }

  /** Bytes that wait for browsers that can't keep up. */
  public long queuedBytes() {
    return bridge.queuedBytes();
  }

  @Override
  public List<String> greeting() {
    return config.http().dashboard() ? List.of("Dashboard: " + dashboardAddress()) : List.of();
  }

  private String dashboardAddress() {
    List<HttpSettings.Listener> listeners = config.http().listeners();
    HttpSettings.Listener listener =
        listeners.stream().filter(each -> each.tls() == null).findFirst().orElse(listeners.get(0));
    boolean plain = listener.tls() == null;
    List<InetSocketAddress> open = addresses(listener.name());
    InetSocketAddress first = open.get(0);
    boolean here = first.getAddress().isLoopbackAddress() || first.getAddress().isAnyLocalAddress();
    String host = here ? "localhost" : first.getAddress().getHostAddress();
    return (plain ? "http://" : "https://") + host + ":" + first.getPort() + "/";
  }

  @Override
  public void stop(Duration timeout) throws InterruptedException {
    if (http == null) {
      return;
    }
    if (watch != null) {
      watch.close();
    }
    if (certificates != null) {
      certificates.close();
    }
    if (bridge != null) {
      bridge.drain(Duration.ofMillis((long) (timeout.toMillis() * DRAIN_SHARE)));
    }
    http.stopListening();
    if (uplink != null) {
      uplink.stop(LINKS_CLOSE);
    }
    http.stop();
    http = null;
  }

  @Override
  public void reload(Settings settings) {
    String mistakes = readFilesAgain();
    if (!mistakes.isEmpty()) {
      throw new StartFailure(mistakes);
    }
    List<Path> files = files();
    if (!files.isEmpty()) {
      log.info("Read again: {}.", FileWatch.names(files));
    }
  }

  private Uplink uplink(XnioWorker worker, ByteBufAllocator allocator) {
    UpstreamConfig upstream = config.upstream();
    if (upstream.type() == UpstreamConfig.Type.PLAIN) {
      return new PlainUplink(
          new PlainUplinkSettings(
              upstream.addresses(),
              upstream.tls(),
              upstream.connectTimeout(),
              upstream.reconnectMin(),
              upstream.reconnectMax(),
              upstream.poolSize(),
              upstream.proxyProtocol()),
          worker,
          allocator);
    }
    return new LinkUplink(
        new LinkUplinkSettings(
            upstream.addresses(),
            upstream.tls(),
            upstream.connectTimeout(),
            upstream.reconnectMin(),
            upstream.reconnectMax()),
        linkSettings(),
        worker,
        allocator);
  }

  private LinkSettings linkSettings() {
    String secret = config.upstream().secret();
    LinkSettings defaults =
        LinkSettings.of(
            config.id(),
            UUID.randomUUID().toString(),
            secret == null ? null : LinkSecret.of(secret));
    return defaults.withReceiving(
        config.upstream().credit(),
        config.bridge().packetLengthMax() + UNIT_BYTES_BEYOND_PACKET,
        defaults.streamsMax());
  }

  /** I/O threads aren't Netty's, so they have to be let into the pool's thread caches. */
  private static PooledByteBufAllocator allocator(int ioThreads) {
    return new PooledByteBufAllocator(
        true, 0, ioThreads, PAGE_BYTES, CHUNK_PAGES_LOG2, SMALL_CACHED, NORMAL_CACHED, true);
  }

  /** Browsers can't come before the bridge is there, since nothing listens then. */
  private final class Arrivals implements BrowserAcceptor {
    @Override
    public boolean isUp() {
      return bridge.isUp();
    }

    @Override
    public boolean isDraining() {
      return bridge.isDraining();
    }

    @Override
    public WebSocketListener accept(WebSocketConnection connection, UpgradeFacts facts) {
      return bridge.accept(connection, facts);
    }
  }
}
