package io.spillway.broker.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.spillway.process.StartFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP for those who look after the broker, on a listener of its own. Handlers are given before
 * {@link #open} and run on the threads {@code admin-N}; opened and closed by the main thread.
 */
public final class AdminServer implements AutoCloseable {
  static {
    // Seconds for a whole request and a whole answer; the server has only these few threads.
    System.getProperties().putIfAbsent("sun.net.httpserver.maxReqTime", "10");
    System.getProperties().putIfAbsent("sun.net.httpserver.maxRspTime", "30");
    // It writes head and body apart; on a kept connection the second would wait 40 ms for the
    // first's acknowledgement.
    System.getProperties().putIfAbsent("sun.net.httpserver.nodelay", "true");
  }

  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

  private static final String KEY = "broker.admin";
  private static final int THREADS = 2;
  private static final int WAITING_MAX = 64;

  private final List<InetAddress> hosts;
  private final int port;
  private final Map<String, HttpHandler> handlers = new LinkedHashMap<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private ExecutorService executor;

  public AdminServer(List<InetAddress> hosts, int port) {
    this.hosts = hosts;
    this.port = port;
  }

  /** Serves everything at and below a path other than /. Before {@link #open}. */
  public AdminServer handle(String path, HttpHandler handler) {
    handlers.put(path, handler);
    return this;
  }

  /**
   * Opens every address.
   *
   * @throws StartFailure says which address and which key
   */
  public void open() {
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            task -> {
              Thread thread = new Thread(task, "admin-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    for (InetAddress host : hosts) {
      InetSocketAddress address = new InetSocketAddress(host, servers.isEmpty() ? port : port());
      try {
        HttpServer server = HttpServer.create(address, WAITING_MAX);
        handlers.forEach((path, handler) -> server.createContext(path, guarded(handler)));
        server.createContext("/", guarded(this::list));
        server.setExecutor(executor);
        server.start();
        servers.add(server);
      } catch (IOException e) {
        throw StartFailure.cannotOpen(KEY, address, e);
      }
    }
    log.info("Opening admin listen socket on port {}.", port());
  }

  /** Tells what there is to whoever asks for the root, or for what there isn't. */
  private void list(HttpExchange exchange) throws IOException {
    boolean root = exchange.getRequestURI().getPath().equals("/");
    answer(exchange, root ? 200 : 404, String.join("\n", handlers.keySet()) + "\n");
  }

  /** No page in somebody's browser has business here. */
  private static HttpHandler guarded(HttpHandler handler) {
    return exchange -> {
      if (exchange.getRequestHeaders().containsKey("Origin")) {
        answer(exchange, 403, "Requests from web pages are refused.\n");
      } else if (!isForThisMachine(exchange)) {
        answer(exchange, 403, "The Host must be localhost or an address.\n");
      } else {
        handler.handle(exchange);
      }
    };
  }

  /** On loopback, a name other than localhost is one that a web page has made to point here. */
  private static boolean isForThisMachine(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    if (host == null || !exchange.getLocalAddress().getAddress().isLoopbackAddress()) {
      return true;
    }
    String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.startsWith("[") || name.matches("[0-9.]+");
  }

  /** A page to read, made for each request. */
  public static HttpHandler page(String contentType, Supplier<String> content) {
    return exchange -> {
      String method = exchange.getRequestMethod();
      if (method.equals("GET") || method.equals("HEAD")) {
        answer(exchange, 200, contentType, content.get());
      } else {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        answer(exchange, 405, "This page can only be read.\n");
      }
    };
  }

  /** Answers with a plain text and ends the exchange. */
  public static void answer(HttpExchange exchange, int status, String text) throws IOException {
    answer(exchange, status, "text/plain; charset=utf-8", text);
  }

  static void answer(HttpExchange exchange, int status, String contentType, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      if (!head) {
        out.write(body);
      }
    }
    exchange.close();
  }

  /** The port in use, also where the system chose it. */
  public int port() {
    return servers.get(0).getAddress().getPort();
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    servers.clear();
    if (executor != null) {
      executor.shutdownNow();
    }
  }
}
