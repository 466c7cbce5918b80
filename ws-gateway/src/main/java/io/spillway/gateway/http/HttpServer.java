package io.spillway.gateway.http;

import io.netty.buffer.PooledByteBufAllocator;
import io.spillway.gateway.websocket.WebSockets;
import io.spillway.process.IoThreads;
import io.undertow.UndertowOptions;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * The gateway's HTTP listeners, opened and closed together. Made, started and stopped by the
 * process' main thread.
 */
public final class HttpServer {

  static {
    // XNIO and Undertow log through JBoss Logging, which would choose the JDK's otherwise.
    if (System.getProperty("org.jboss.logging.provider") == null) {
      System.setProperty("org.jboss.logging.provider", "slf4j");
    }
    // The thread that accepts would stop an I/O thread for each connection that it hands over, as
    // keys of Java 8 needed that.
    if (System.getProperty("xnio.nio.thread-safe-selection-keys") == null) {
      System.setProperty("xnio.nio.thread-safe-selection-keys", "true");
    }
  }

  private static final int BUFFER_SIZE = 16 * 1024;
  private static final int BACKLOG = 1024;

  /** Threads for what may block: files of the user's, and TLS handshakes. */
  private static final int TASK_THREADS = 4;

  /** How often a port that was free for the first host may be taken for the next. */
  private static final int PORT_ATTEMPTS = 20;

  private final HttpSettings settings;
  private final BrowserAcceptor acceptor;
  private final BooleanSupplier ready;
  private final XnioWorker worker;
  private final WebSockets webSockets;
  private final DefaultByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER_SIZE);
  private final ClientAddress clientAddress;
  private final HttpHandler pages;
  private volatile Supplier<String> trouble = () -> null;
  private final Refusals refusals = new Refusals();
  private final Admission admission;
  private final HttpConnections publicConnections;

  /** Of their own, so that whoever looks after us is served when the public isn't. */
  private final HttpConnections adminConnections;

  private final Map<String, HttpHandler> adminRoutes = new HashMap<>();

  /** By listener. The main thread's. */
  private final Map<String, List<UndertowXnioSsl>> tls = new HashMap<>();

  private final Map<String, List<AcceptingChannel<? extends StreamConnection>>> open =
      new HashMap<>();

  /**
   * Makes the worker with its I/O threads; nothing listens yet.
   *
   * @param buffers whose memory is watched: the one that browsers' queues are of
   */
  public HttpServer(
      HttpSettings settings,
      BrowserAcceptor acceptor,
      BooleanSupplier ready,
      PooledByteBufAllocator buffers) {
    this.settings = settings;
    this.acceptor = acceptor;
    this.ready = ready;
    this.clientAddress = new ClientAddress(settings.trustedProxies());
    this.admission = new Admission(settings.admission(), buffers);
    this.publicConnections = httpConnections();
    this.adminConnections = httpConnections();
    this.pages = pages();
    this.worker = newWorker(ioThreads(settings));
    this.webSockets = new WebSockets(worker, settings.webSocket());
    adminRoutes.putAll(health());
  }

  /** The worker; links can be opened on its I/O threads before anything listens. */
  public XnioWorker worker() {
    return worker;
  }

  /** How many threads will own browser connections. */
  public static int ioThreads(HttpSettings settings) {
    return IoThreads.of(settings.ioThreads());
  }

  /** The threads that own browser connections, always in the same order. */
  public List<XnioIoThread> ioThreads() {
    List<XnioIoThread> threads = new ArrayList<>();
    for (int i = 0; i < worker.getIoThreadCount(); i++) {
      threads.add(worker.getIoThread(i));
    }
    return threads;
  }

  /** Who is let in. */
  public Admission admission() {
    return admission;
  }

  /** Reads the file of keys for tokens again. */
  public void reloadKeys() throws IOException {
    admission.reload();
  }

  /** Connections of a listener that come from now on are shown this certificate. */
  public void renew(String listener, SSLContext context) {
    tls.getOrDefault(listener, List.of()).forEach(ssl -> ssl.updateSSLContext(context));
  }

  /** The WebSocket connections of this server. */
  public WebSockets webSockets() {
    return webSockets;
  }

  /** Connections of the public listeners that are HTTP's at this moment. Any thread. */
  public int connections() {
    return publicConnections.size();
  }

  /** Requests that were refused since the start. */
  public long refused(Refusal cause) {
    return refusals.count(cause);
  }

  /**
   * Lets {@code /livez} and {@code /readyz} tell of trouble.
   *
   * @param trouble null while there is none; asked on I/O threads, so it must not wait
   */
  public void watch(Supplier<String> trouble) {
    this.trouble = trouble;
  }

  /**
   * Adds a page to the admin listeners. To be called before {@link #start()}.
   *
   * @param content made for each request, on a thread that may block
   */
  public void adminPage(String path, String contentType, Supplier<String> content) {
    HttpHandler page =
        exchange -> {
          exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
          exchange.getResponseSender().send(content.get(), StandardCharsets.UTF_8);
        };
    adminRoutes.put(
        path,
        exchange -> {
          if (exchange.isInIoThread()) {
            exchange.dispatch(page);
          } else {
            page.handleRequest(exchange);
          }
        });
  }

  /**
   * Opens every listener.
   *
   * @throws BindFailure if one can't be opened; then none is
   */
  public void start() {
    try {
      for (HttpSettings.Listener listener : settings.listeners()) {
        open(listener, publicHandler(listener));
      }
      for (HttpSettings.Listener listener : settings.adminListeners()) {
        open(listener, adminHandler());
      }
    } catch (BindFailure e) {
      stopListening();
      throw e;
    }
  }

  /** The addresses bound for a listener of this name, in the order of its hosts. */
  public List<InetSocketAddress> addresses(String listener) {
    return open.getOrDefault(listener, List.of()).stream()
        .map(channel -> channel.getLocalAddress(InetSocketAddress.class))
        .toList();
  }

  /** Closes the listeners; open connections go on. */
  public void stopListening() {
    open.values().forEach(channels -> channels.forEach(IoUtils::safeClose));
    open.clear();
  }

  /** Ends the worker with every connection that is left, and waits for its threads. */
  public void stop() {
    stopListening();
    worker.shutdownNow();
    try {
      worker.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    buffers.close();
    admission.close();
  }

  private HttpConnections httpConnections() {
    return new HttpConnections(
        settings.connectionsMax(),
        settings.connectionsPerAddressMax(),
        settings.admission().addresses().loopback(),
        clientAddress::isTrusted);
  }

  // Routes.

  private HttpHandler publicHandler(HttpSettings.Listener listener) {
    Map<String, HttpHandler> routes = new HashMap<>(health());
    HttpHandler upgrade =
        new UpgradeHandler(
            acceptor,
            webSockets,
            new Origins(settings.origins()),
            new FactsReader(
                listener.name(),
                new CertificateIdentity(listener.certificateName()),
                clientAddress),
            refusals,
            new Entrance(listener, admission));
    for (String path : settings.paths()) {
      routes.put(path, path.equals("/") ? Routes.byUpgrade(upgrade, pages) : upgrade);
    }
    return new Routes(routes, Routes.byUpgrade(this::noWebSocket, pages));
  }

  private void noWebSocket(HttpServerExchange exchange) {
    String paths = String.join(" or ", settings.paths());
    refusals.refuse(
        exchange,
        Refusal.PATH,
        "no WebSocket at this path (expected: " + paths + "; gateway.path)");
  }

  /** A foreign page has no business here, whatever it may be able to read. */
  private HttpHandler adminHandler() {
    HttpHandler routes = Routes.readOnly(new Routes(adminRoutes, Routes::notFound));
    return exchange -> {
      if (exchange.getRequestHeaders().contains(Headers.ORIGIN)) {
        Answer.refuse(exchange, StatusCodes.FORBIDDEN, "pages may not use the admin listener");
      } else {
        routes.handleRequest(exchange);
      }
    };
  }

  private Map<String, HttpHandler> health() {
    HttpHandler live =
        exchange -> {
          String why = trouble.get();
          if (why == null) {
            Answer.text(exchange, StatusCodes.OK, "live");
          } else {
            Answer.text(exchange, StatusCodes.SERVICE_UNAVAILABLE, "not live: " + why);
          }
        };
    HttpHandler readiness =
        exchange -> {
          String why = ready.getAsBoolean() ? trouble.get() : "no broker can be reached";
          if (why == null) {
            Answer.text(exchange, StatusCodes.OK, "ready");
          } else {
            Answer.text(exchange, StatusCodes.SERVICE_UNAVAILABLE, "not ready: " + why);
          }
        };
    return Map.of("/livez", Routes.readOnly(live), "/readyz", Routes.readOnly(readiness));
  }

  /** The user's own pages win where names collide. */
  private HttpHandler pages() {
    PageSender sender = new PageSender(settings.idleTimeout());
    HttpHandler handler = Routes::notFound;
    if (settings.dashboard()) {
      handler = new BundledPages(settings.connectSources(), sender, handler);
    }
    if (settings.staticDirectory() != null) {
      handler = new OwnPages(settings.staticDirectory(), sender, handler);
    }
    return Routes.readOnly(handler);
  }

  // Listeners.

  private void open(HttpSettings.Listener listener, HttpHandler handler) {
    List<AcceptingChannel<? extends StreamConnection>> channels = new ArrayList<>();
    open.put(listener.name(), channels);
    for (int attempt = 1; ; attempt++) {
      try {
        bindAll(listener, handler, channels);
        channels.forEach(AcceptingChannel::resumeAccepts);
        return;
      } catch (BindFailure e) {
        channels.forEach(IoUtils::safeClose);
        channels.clear();
        if (listener.port() != 0 || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void bindAll(
      HttpSettings.Listener listener,
      HttpHandler handler,
      List<AcceptingChannel<? extends StreamConnection>> channels) {
    int port = listener.port();
    for (String host : listener.hosts()) {
      try {
        InetAddress address = InetAddress.getByName(host);
        HttpHandler guarded =
            address.isLoopbackAddress()
                ? new HostCheck(settings.hostNames(), refusals, handler)
                : handler;
        channels.add(bind(new InetSocketAddress(address, port), listener, guarded));
        port = channels.get(0).getLocalAddress(InetSocketAddress.class).getPort();
      } catch (IOException e) {
        throw new BindFailure(listener.name(), host, port, e);
      }
    }
  }

  private AcceptingChannel<? extends StreamConnection> bind(
      InetSocketAddress address, HttpSettings.Listener listener, HttpHandler handler)
      throws IOException {
    boolean isPublic = settings.listeners().contains(listener);
    HttpOpenListener connections = new HttpOpenListener(buffers, requestOptions());
    connections.setRootHandler(handler);
    UndertowXnioSsl ssl = listener.tls() == null ? null : ssl(listener);
    FrontDoor door =
        new FrontDoor(
            listener,
            settings.requestTimeout(),
            isPublic ? publicConnections : adminConnections,
            refusals,
            ssl,
            connections);
    return worker.createStreamConnectionServer(
        address, new PacedAccepts(worker, door), socketOptions());
  }

  private UndertowXnioSsl ssl(HttpSettings.Listener listener) {
    UndertowXnioSsl ssl =
        new UndertowXnioSsl(
            worker.getXnio(), OptionMap.create(Options.USE_DIRECT_BUFFERS, true), listener.tls());
    tls.computeIfAbsent(listener.name(), name -> new ArrayList<>()).add(ssl);
    return ssl;
  }

  private OptionMap requestOptions() {
    return OptionMap.builder()
        .set(UndertowOptions.ENABLE_HTTP2, false)
        .set(UndertowOptions.MAX_HEADER_SIZE, settings.maxHeaderSize())
        .set(UndertowOptions.MAX_HEADERS, settings.maxHeaders())
        .set(UndertowOptions.MAX_PARAMETERS, settings.maxHeaders())
        .set(UndertowOptions.MAX_ENTITY_SIZE, 0L)
        .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, millis(settings.requestTimeout()))
        .set(UndertowOptions.NO_REQUEST_TIMEOUT, millis(settings.idleTimeout()))
        .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
        .getMap();
  }

  private OptionMap socketOptions() {
    return OptionMap.builder()
        .set(Options.WORKER_IO_THREADS, worker.getIoThreadCount())
        .set(Options.TCP_NODELAY, true)
        .set(Options.REUSE_ADDRESSES, true)
        .set(Options.BALANCING_TOKENS, 1)
        .set(Options.BALANCING_CONNECTIONS, 2)
        .set(Options.BACKLOG, BACKLOG)
        .getMap();
  }

  private static int millis(Duration duration) {
    return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
  }

  private static XnioWorker newWorker(int threads) {
    try {
      XnioWorker worker =
          Xnio.getInstance(HttpServer.class.getClassLoader())
              .createWorker(
                  OptionMap.builder()
                      .set(Options.WORKER_NAME, "ws-io")
                      .set(Options.WORKER_IO_THREADS, threads)
                      .set(Options.WORKER_TASK_CORE_THREADS, TASK_THREADS)
                      .set(Options.WORKER_TASK_MAX_THREADS, TASK_THREADS)
                      .getMap());
      for (int i = 0; i < threads; i++) {
        String name = "ws-io-" + (i + 1);
        worker.getIoThread(i).execute(() -> Thread.currentThread().setName(name));
      }
      return worker;
    } catch (IOException e) {
      throw new UncheckedIOException("the I/O threads can't be made", e);
    }
  }
}
