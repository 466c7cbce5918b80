package io.spillway.broker;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.spillway.broker.BrokerConfig.TransportChoice;
import io.spillway.broker.admin.AdminApi;
import io.spillway.broker.admin.AdminServer;
import io.spillway.broker.admin.ApiAccess;
import io.spillway.broker.admin.BrokerMetrics;
import io.spillway.broker.admin.Figures;
import io.spillway.broker.admin.Health;
import io.spillway.broker.admin.SysTopics;
import io.spillway.broker.auth.AuthSettings;
import io.spillway.broker.auth.Authenticator;
import io.spillway.broker.auth.EnhancedAuthentication;
import io.spillway.broker.auth.FileMistake;
import io.spillway.broker.connection.ClientCount;
import io.spillway.broker.connection.ConnectionLog;
import io.spillway.broker.connection.Surroundings;
import io.spillway.broker.listen.GatewayListener;
import io.spillway.broker.listen.ListenerSettings;
import io.spillway.broker.listen.LoopHomes;
import io.spillway.broker.listen.Loops;
import io.spillway.broker.listen.TcpListener;
import io.spillway.broker.listen.TlsSettings;
import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Homes;
import io.spillway.broker.routing.Router;
import io.spillway.broker.session.Sessions;
import io.spillway.broker.store.MemoryStore;
import io.spillway.broker.store.RocksStore;
import io.spillway.broker.store.Store;
import io.spillway.broker.store.StoreFailure;
import io.spillway.limits.AddressLimits;
import io.spillway.limits.MemoryGuard;
import io.spillway.link.LinkSecret;
import io.spillway.link.LinkSettings;
import io.spillway.process.FileWatch;
import io.spillway.process.IoThreads;
import io.spillway.process.Service;
import io.spillway.process.Settings;
import io.spillway.process.StartFailure;
import io.spillway.process.metrics.LoopWatch;
import io.spillway.process.metrics.MetricsPage;
import io.spillway.tls.ExpiryWatch;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core broker, put together in the order in which its parts need each other and taken apart in
 * the opposite one. Started and stopped once, by the main thread.
 */
public final class Broker implements Service {
  private static final Logger log = LoggerFactory.getLogger(Broker.class);

  /** An MQTT packet of the largest size, with the frame's own bytes. */
  private static final int UNIT_OVERHEAD = 64 * 1024;

  /** How long clients may take to close their side after they were told to. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** {@code broker.store.durability = async}: what was acknowledged is on the disk so soon. */
  private static final Duration ASYNC_SYNC = Duration.ofMillis(100);

  private final BrokerConfig config;

  private Loops loops;
  private Store store;
  private Homes homes;
  private LoopHomes loopHomes;
  private Router router;
  private Sessions sessions;
  private Authenticator authenticator;
  private EnhancedAuthentication enhancedAuthentication;
  private MemoryGuard memory;
  private ConnectionLog connectionLog;

  /** Null where there is nothing to watch. */
  private FileWatch watch;

  private ExpiryWatch certificates;

  /** In the order of {@link BrokerConfig#listeners}. */
  private final List<TcpListener> listeners = new ArrayList<>();

  /** Null where not enabled, as is the next. */
  private GatewayListener gateways;

  private AdminServer admin;

  private List<LoopWatch> watches = List.of();

  private volatile boolean ready;

  public Broker(BrokerConfig config) {
    this.config = config;
  }

  // ---- Start.

  @Override
  public List<String> warnings() {
    return config.warnings();
  }

  @Override
  public void start() {
    watch = watch();
    authenticator = authenticator();
    enhancedAuthentication = enhancedAuthentication();
    memory =
        config.memoryGuard() == 0
            ? MemoryGuard.NONE
            : MemoryGuard.start(config.memoryGuard(), PooledByteBufAllocator.DEFAULT);
    loops = loops();
    store = store();
    homes = new Homes(loops.executors(), config.handOver());
    router = new Router(homes, store, config.retainedLimits(), memory::isTight);
    sessions = new Sessions(router, store, config.sessionLimits());
    restore();

    Surroundings surroundings =
        new Surroundings(
            sessions,
            authenticator,
            enhancedAuthentication,
            config.connectionLimits(),
            new ClientCount(
                config.maxConnections(), new AddressLimits(config.addressLimits()), memory),
            memory,
            config.connectionMessages());
    connectionLog = surroundings.log();
    loopHomes = new LoopHomes(homes);
    for (ListenerSettings settings : config.listeners()) {
      listeners.add(clientListener(settings, surroundings, loopHomes));
    }
    gateways = gatewayListener(surroundings, loopHomes);
    watches = watches();
    admin = adminServer(surroundings);
    if (!config.sysInterval().isZero()) {
      List<Figures> figures = new ArrayList<>();
      String durability = config.store().durability().name().toLowerCase(Locale.ROOT);
      figures.add(report -> report.accept("store/durability", durability));
      if (gateways != null) {
        figures.add(gateways::report);
      }
      new SysTopics(router, config.sysInterval(), surroundings::accepted, figures).start();
    }
    certificates = ExpiryWatch.start(config.certificates());
    if (watch != null) {
      watch.start();
    }
    ready = true;
  }

  /** So that a changed file needs no signal. Made before any of them is read. */
  private FileWatch watch() {
    List<Path> files = files();
    Duration interval = config.auth().watchInterval();
    return files.isEmpty() || interval.isZero()
        ? null
        : new FileWatch(files, interval, this::filesChanged);
  }

  /** Of certificates, users and rights. */
  private List<Path> files() {
    AuthSettings auth = config.auth();
    Stream<Path> certificates =
        config.tls().flatMap(tls -> Stream.of(tls.certificate(), tls.privateKey(), tls.clientCa()));
    Stream<Path> users =
        Stream.of(
            auth.passwordFile(),
            auth.aclFile(),
            auth.scramFile(),
            auth.tokens() == null ? null : auth.tokens().keysFile());
    return Stream.concat(certificates, users).filter(Objects::nonNull).distinct().toList();
  }

  /** Those who come from now on are shown these. */
  private void renewCertificates(List<String> mistakes) {
    for (int i = 0; i < listeners.size(); i++) {
      TlsSettings tls = config.listeners().get(i).tls();
      TcpListener listener = listeners.get(i);
      if (tls != null) {
        readAgain(() -> listener.renew(context(tls)), mistakes);
      }
    }
    if (gateways != null && config.link().tls() != null) {
      readAgain(() -> gateways.renew(context(config.link().tls())), mistakes);
    }
  }

  /**
   * Each for itself: a certificate that is damaged must not keep a user who was removed. One at a
   * time, so that what a signal and the watch have read stays in its order.
   */
  private synchronized void readFilesAgain() {
    List<String> mistakes = new ArrayList<>();
    readAgain(authenticator::reload, mistakes);
    readAgain(enhancedAuthentication::reload, mistakes);
    renewCertificates(mistakes);
    certificates.look();
    loopHomes.checkIdentities();
    if (!mistakes.isEmpty()) {
      throw new StartFailure(String.join("; ", mistakes));
    }
  }

  private interface Reading {
    void run() throws FileMistake, IOException;
  }

  private static void readAgain(Reading reading, List<String> mistakes) {
    try {
      reading.run();
    } catch (FileMistake | IOException | StartFailure e) {
      mistakes.add(e.getMessage());
    }
  }

  private void filesChanged(List<Path> which) {
    try {
      readFilesAgain();
      log.info("Read again after a change: {}.", FileWatch.names(which));
    } catch (StartFailure e) {
      log.error(
          "A changed file can't be used, so what was read before goes on: {}", e.getMessage());
    }
  }

  private Authenticator authenticator() {
    try {
      return new Authenticator(config.auth());
    } catch (FileMistake | IOException e) {
      throw new StartFailure(e.getMessage());
    }
  }

  private Store store() {
    Duration syncWithin =
        switch (config.store().durability()) {
          case COMMIT -> Duration.ZERO;
          case ASYNC -> ASYNC_SYNC;
          case MEMORY -> null;
        };
    if (syncWithin == null) {
      return new MemoryStore();
    }
    try {
      return RocksStore.open(config.store().directory(), syncWithin);
    } catch (StoreFailure e) {
      throw storeFailure(e);
    }
  }

  private EnhancedAuthentication enhancedAuthentication() {
    try {
      return new EnhancedAuthentication(config.auth().scramFile(), authenticator.tokens());
    } catch (FileMistake | IOException e) {
      throw new StartFailure(e.getMessage());
    }
  }

  private void restore() {
    try {
      sessions.restore();
    } catch (StoreFailure e) {
      throw storeFailure(e);
    }
  }

  private static StartFailure storeFailure(StoreFailure e) {
    return new StartFailure("broker.store.directory: " + e.getMessage(), e);
  }

  private Loops loops() {
    int threads = IoThreads.of(config.ioThreads());
    boolean epoll =
        config.transport() == TransportChoice.EPOLL
            || config.transport() == TransportChoice.AUTO && Loops.hasEpoll();
    return epoll ? Loops.epoll(threads) : Loops.nio(threads);
  }

  private TcpListener clientListener(
      ListenerSettings settings, Surroundings surroundings, LoopHomes loopHomes) {
    TcpListener listener =
        new TcpListener(settings, context(settings.tls()), surroundings, loopHomes, loops);
    listener.open();
    authenticator.announce(settings.name(), settings.boundToLoopback());
    return listener;
  }

  private GatewayListener gatewayListener(Surroundings surroundings, LoopHomes loopHomes) {
    BrokerConfig.Link link = config.link();
    if (link == null) {
      return null;
    }
    if (link.warning() != null) {
      log.warn("{}", link.warning());
    }
    LinkSecret secret = link.secret() == null ? null : LinkSecret.of(link.secret());
    LinkSettings settings =
        LinkSettings.of("core", UUID.randomUUID().toString(), secret)
            .withReceiving(
                link.credit(),
                config.connectionLimits().maxPacketSize() + UNIT_OVERHEAD,
                link.streams())
            .withQueues(link.queuedBytes(), link.queuedBytesTotal());
    GatewayListener listener =
        new GatewayListener(
            link.hosts(),
            link.port(),
            context(link.tls()),
            settings,
            surroundings,
            loopHomes,
            loops);
    listener.open();
    return listener;
  }

  private List<LoopWatch> watches() {
    List<LoopWatch> watches = new ArrayList<>();
    for (Home home : homes.all()) {
      LoopWatch watch =
          new LoopWatch(
              "core-io-" + (home.index() + 1),
              (task, millis) -> home.schedule(task, Duration.ofMillis(millis)));
      home.execute(watch::start);
      watches.add(watch);
    }
    return watches;
  }

  private AdminServer adminServer(Surroundings surroundings) {
    if (config.admin() == null) {
      return null;
    }
    Health health = new Health(watches, () -> ready, store::trouble);
    AdminApi api =
        new AdminApi(
            new ApiAccess(
                config.admin().token(),
                config.admin().hosts().stream().allMatch(InetAddress::isLoopbackAddress)),
            sessions,
            router,
            store,
            config.connectionLimits().maxPacketSize());
    BrokerMetrics metrics =
        new BrokerMetrics(router, store, surroundings.counts(), watches, gateways);
    AdminServer server =
        new AdminServer(config.admin().hosts(), config.admin().port())
            .handle("/livez", health::live)
            .handle("/readyz", health::ready)
            .handle(AdminApi.PATH, api::handle)
            .handle("/metrics", AdminServer.page(MetricsPage.CONTENT_TYPE, metrics::text));
    server.open();
    return server;
  }

  /** Null for null: no TLS. */
  private static SslContext context(TlsSettings settings) {
    try {
      return settings == null ? null : settings.context();
    } catch (SSLException e) {
      throw new StartFailure(e.getMessage());
    }
  }

  // ---- Reload.

  @Override
  public void reload(Settings settings) throws Exception {
    connectionLog.enabled(settings.flag("log.connection-messages"));
    readFilesAgain();
    List<Path> files = files();
    if (!files.isEmpty()) {
      log.info("Read again: {}.", FileWatch.names(files));
    }
  }

  // ---- Stop.

  @Override
  public void stop(Duration timeout) throws Exception {
    long deadline = System.nanoTime() + timeout.toNanos();
    ready = false;
    if (watch != null) {
      watch.close();
    }
    listeners.forEach(TcpListener::close);
    if (gateways != null) {
      gateways.close();
      gateways.goAway("the core is shutting down");
    }
    if (sessions != null) {
      sessions.shutdown();
      awaitTurns(deadline);
      awaitFarewells(Math.min(deadline, System.nanoTime() + FAREWELL.toNanos()));
    }
    if (store != null) {
      awaitTurns(deadline); // Their last words to the store.
      store.close();
    }
    if (loops != null) {
      loops.close();
    }
    if (certificates != null) {
      certificates.close();
    }
    if (memory != null) {
      memory.close();
    }
    if (authenticator != null) {
      authenticator.close();
    }
    if (admin != null) {
      admin.close();
    }
  }

  /** Every home has done what it was asked to before. */
  private void awaitTurns(long deadline) throws InterruptedException {
    CountDownLatch turned = new CountDownLatch(homes.all().size());
    for (Home home : homes.all()) {
      home.execute(turned::countDown);
    }
    turned.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /** Clients close their side when they were told why; one that doesn't is cut off. */
  private void awaitFarewells(long deadline) throws InterruptedException {
    while (connections() > 0 && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
  }

  private int connections() {
    int sockets = listeners.stream().mapToInt(TcpListener::connections).sum();
    return sockets + (gateways == null ? 0 : gateways.links());
  }

  // ---- Views.

  /** The port of the TCP listener, also where the system chose it. */
  public int tcpPort() {
    return port("tcp");
  }

  public int tlsPort() {
    return port("tls");
  }

  /** The same for a listener by its name. */
  public int port(String listener) {
    for (int i = 0; i < listeners.size(); i++) {
      if (config.listeners().get(i).name().equals(listener)) {
        return listeners.get(i).port();
      }
    }
    throw new IllegalArgumentException("No listener " + listener);
  }

  public int linkPort() {
    return gateways.port();
  }

  public int adminPort() {
    return admin.port();
  }

  public boolean isReady() {
    return ready;
  }
}
