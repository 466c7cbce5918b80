package io.spillway.gateway.http;

import io.netty.buffer.PooledByteBufAllocator;
import io.spillway.gateway.http.AdmissionSettings.TokenSource;
import io.spillway.limits.AddressLimits;
import io.spillway.limits.MemoryGuard;
import io.spillway.token.Token;
import io.spillway.token.TokenException;
import io.spillway.token.TokenVerifier;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.Deque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets browsers in or says why not, before anything is upgraded. One per server, from its start to
 * its stop; any thread.
 */
public final class Admission implements AutoCloseable {
  private static final String BEARER = "Bearer ";
  static final long RATE_RETRY_SECONDS = 10;

  /** A signature takes a fraction of a millisecond; so many are less than a second of waiting. */
  private static final int WAITING_MAX = 1024;

  private final AdmissionSettings settings;
  private final AddressLimits addresses;
  private final MemoryGuard memory;

  /** Null where none are believed. */
  private final TokenVerifier tokens;

  private final AtomicInteger connections = new AtomicInteger();

  private final ThreadPoolExecutor verifying;

  /** Why somebody isn't let in, and after what time trying again may be of use. */
  record Rejection(Refusal cause, String reason, long retrySeconds) {}

  Admission(AdmissionSettings settings, PooledByteBufAllocator buffers) {
    this.settings = settings;
    this.addresses = new AddressLimits(settings.addresses());
    this.verifying = pool();
    this.memory =
        settings.memoryGuard() == 0
            ? MemoryGuard.NONE
            : MemoryGuard.start(settings.memoryGuard(), buffers);
    try {
      this.tokens = settings.tokens() == null ? null : TokenVerifier.start(settings.tokens());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static ThreadPoolExecutor pool() {
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            task -> {
              Thread thread = new Thread(task, "token-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Null: it may come, and {@link #ended} follows; otherwise why not. */
  Rejection begun(InetAddress address) {
    if (memory.isTight()) {
      return new Rejection(
          Refusal.MEMORY, "memory is short (gateway.limits.memory-guard)", RATE_RETRY_SECONDS);
    }
    if (addresses.isLockedOut(address)) {
      return new Rejection(
          Refusal.ADDRESS_FAILED_LOGINS,
          addresses.lockOutWords() + " (gateway.limits.per-address.failed-logins)",
          settings.addresses().failedLoginPeriod().toSeconds());
    }
    if (connections.incrementAndGet() > settings.connectionsMax()) {
      connections.decrementAndGet();
      return new Rejection(
          Refusal.MAX_CONNECTIONS,
          "over " + settings.connectionsMax() + " connections (gateway.limits.max-connections)",
          RATE_RETRY_SECONDS);
    }
    AddressLimits.Refusal refusal = addresses.begun(address);
    if (refusal == null) {
      return null;
    }
    connections.decrementAndGet();
    boolean tooMany = refusal == AddressLimits.Refusal.CONNECTIONS;
    String key = tooMany ? "max-connections" : "connect-rate";
    return new Rejection(
        tooMany ? Refusal.ADDRESS_MAX_CONNECTIONS : Refusal.ADDRESS_CONNECT_RATE,
        addresses.words(refusal) + " (gateway.limits.per-address." + key + ")",
        RATE_RETRY_SECONDS);
  }

  /** One that was let in has gone. */
  void ended(InetAddress address) {
    connections.decrementAndGet();
    addresses.ended(address);
  }

  /** The core or this gateway didn't believe somebody. */
  public void loginFailed(InetAddress address) {
    addresses.loginFailed(address);
  }

  /** Runs what computes a signature on one of the threads {@code token-N}; false: too many wait. */
  boolean compute(Runnable task) {
    try {
      verifying.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  static Rejection busy() {
    return new Rejection(Refusal.BUSY, "over " + WAITING_MAX + " tokens are waiting", 1);
  }

  /**
   * Whose token it is. Takes a fraction of a millisecond, so it isn't for an I/O thread.
   *
   * @throws TokenException says why it isn't believed
   */
  UpgradeFacts.Identity identity(String text) throws TokenException {
    Token token = tokens.verify(text);
    return new UpgradeFacts.Identity(token.user(), "jwt", token.expiresAt(), token.rights());
  }

  boolean isTokenRequired() {
    return settings.tokenRequired();
  }

  /** The token that a request brings; null: none, or none is looked for. */
  String token(HttpServerExchange exchange) {
    if (tokens == null) {
      return null;
    }
    for (TokenSource source : settings.tokenFrom()) {
      String token =
          switch (source) {
            case AUTHORIZATION -> bearer(exchange);
            case COOKIE -> cookie(exchange);
            case QUERY -> query(exchange);
          };
      if (token != null && !token.isEmpty()) {
        return token;
      }
    }
    return null;
  }

  private static String bearer(HttpServerExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length()).trim()
        : null;
  }

  private String cookie(HttpServerExchange exchange) {
    Cookie cookie = exchange.getRequestCookie(settings.tokenName());
    return cookie == null ? null : cookie.getValue();
  }

  private String query(HttpServerExchange exchange) {
    Deque<String> values = exchange.getQueryParameters().get(settings.tokenName());
    return values == null ? null : values.peekFirst();
  }

  /** Reads the file of keys again. */
  void reload() throws IOException {
    if (tokens != null) {
      tokens.reload();
    }
  }

  @Override
  public void close() {
    verifying.shutdownNow();
    memory.close();
    if (tokens != null) {
      tokens.close();
    }
  }
}
