package io.spillway.broker;

import io.spillway.broker.auth.AnonymousPolicy;
import io.spillway.broker.auth.AuthSettings;
import io.spillway.broker.auth.Authenticator;
import io.spillway.broker.connection.ConnectionLimits;
import io.spillway.broker.listen.ListenerSettings;
import io.spillway.broker.listen.TlsSettings;
import io.spillway.broker.routing.RetainedLimits;
import io.spillway.broker.session.ConnectRequest;
import io.spillway.broker.session.SessionLimits;
import io.spillway.broker.session.SessionLimits.QueueFull;
import io.spillway.limits.AddressSettings;
import io.spillway.process.Settings;
import io.spillway.proxy.ProxyPeers;
import io.spillway.tls.CertificateName;
import io.spillway.tls.ExpiryWatch;
import io.spillway.tls.PemFiles;
import io.spillway.token.TokenConfig;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Everything below the root {@code broker}, read and checked once. Immutable.
 *
 * @param ioThreads 0: see {@link io.spillway.process.IoThreads}
 * @param sysInterval zero: $SYS isn't published
 * @param connectionMessages {@code log.connection-messages}
 * @param listeners of clients, those that are enabled
 * @param link null: not enabled; so is {@code admin}
 * @param maxConnections over all listeners; Integer.MAX_VALUE: no limit
 * @param memoryGuard percent; 0: none
 * @param handOver messages that wait at one home before publishers are slowed down
 */
public record BrokerConfig(
    int ioThreads,
    TransportChoice transport,
    Duration sysInterval,
    boolean connectionMessages,
    List<ListenerSettings> listeners,
    Link link,
    Admin admin,
    Store store,
    AuthSettings auth,
    ConnectionLimits connectionLimits,
    SessionLimits sessionLimits,
    RetainedLimits retainedLimits,
    int maxConnections,
    AddressSettings addressLimits,
    int memoryGuard,
    int handOver) {

  /** {@code broker.transport}. */
  public enum TransportChoice {
    AUTO,
    EPOLL,
    NIO
  }

  /**
   * {@code broker.link}.
   *
   * @param secret null: none asked for
   * @param tls null: plain
   */
  public record Link(
      List<InetAddress> hosts,
      int port,
      String secret,
      TlsSettings tls,
      int streams,
      int credit,
      int queuedBytes,
      long queuedBytesTotal) {

    /** 64 bits and more in whatever way they are written. */
    static final int SECRET_MIN = 16;

    /** Null for none. */
    String warning() {
      return isSecretTooShort()
          ? "broker.link.secret has fewer than "
              + SECRET_MIN
              + " characters: whoever records a link's handshake can try out all of them. Take a"
              + " longer one, or broker.link.tls."
          : null;
    }

    /** Whoever records a handshake can try out secrets on it, as many as there is time for. */
    boolean isSecretTooShort() {
      return secret != null
          && tls == null
          && secret.length() < SECRET_MIN
          && !hosts.stream().allMatch(InetAddress::isLoopbackAddress);
    }

    @Override
    public String toString() {
      return "Link" + hosts + ":" + port + (secret == null ? "" : " with a secret");
    }
  }

  /**
   * {@code broker.admin}.
   *
   * @param token null: none
   */
  public record Admin(List<InetAddress> hosts, int port, String token) {
    @Override
    public String toString() {
      return "Admin" + hosts + ":" + port + (token == null ? "" : " with a token");
    }
  }

  /** {@code broker.store}. */
  public record Store(Durability durability, Path directory) {
    public enum Durability {
      COMMIT,
      ASYNC,
      MEMORY
    }
  }

  private static final String LISTENERS = "broker.listeners.";

  /** A listener with a name of the user's is there to be opened, and has a port of its own. */
  private static final Map<String, ?> FURTHER = Map.of("enabled", true, "port", "none");

  private static final int UNLIMITED = Integer.MAX_VALUE;
  private static final Duration LONG = Duration.ofDays(36_500);

  /** Reads the root {@code broker}; mistakes are noted in {@code settings}. */
  public static BrokerConfig read(Settings settings) {
    Settings broker = settings.under("broker");
    Settings limits = broker.under("limits");
    int maxPacketSize = (int) limits.bytes("max-packet-size", 1024, 268_435_460);
    BrokerConfig config =
        new BrokerConfig(
            broker.number("io-threads", 0, 1024),
            broker.choice("transport", TransportChoice.class),
            broker.duration("sys-interval", Duration.ZERO, Duration.ofDays(1)),
            settings.flag("log.connection-messages"),
            listeners(broker.under("listeners")),
            link(settings, limits),
            admin(broker.under("admin")),
            new Store(
                broker.choice("store.durability", Store.Durability.class),
                broker.path("store.directory").orElse(Path.of("data"))),
            auth(broker.under("auth"), limits),
            connectionLimits(broker, limits, maxPacketSize),
            sessionLimits(limits),
            new RetainedLimits(
                limits.optionalNumber("max-retained-messages", 0, UNLIMITED).orElse(UNLIMITED),
                limits
                    .optionalBytes("max-retained-bytes", 0, Long.MAX_VALUE)
                    .orElse(Runtime.getRuntime().maxMemory() / 2)),
            limits.optionalNumber("max-connections", 1, UNLIMITED).orElse(UNLIMITED),
            AddressSettings.read(limits.under("per-address")),
            limits.optionalNumber("memory-guard", 1, 100).orElse(0),
            limits.number("hand-over", 1, UNLIMITED));
    if (config.listeners.isEmpty() && config.link == null) {
      broker.mistake("listeners", "at least one enabled, or broker.link");
    }
    return config;
  }

  /** Of all listeners that have TLS. */
  Stream<TlsSettings> tls() {
    return Stream.concat(
            listeners.stream().map(ListenerSettings::tls), Stream.ofNullable(link).map(Link::tls))
        .filter(Objects::nonNull);
  }

  /** The certificates of all of them. */
  List<Path> certificates() {
    return tls().map(TlsSettings::certificate).toList();
  }

  /** What a start will warn of. */
  List<String> warnings() {
    Stream<String> refusals =
        listeners.stream().map(each -> auth.refusal(each.name(), each.boundToLoopback()));
    Stream<String> secret = Stream.ofNullable(link).map(Link::warning);
    return Stream.of(refusals, secret, ExpiryWatch.warnings(certificates()).stream())
        .flatMap(each -> each)
        .filter(Objects::nonNull)
        .toList();
  }

  private static List<ListenerSettings> listeners(Settings settings) {
    List<ListenerSettings> listeners = new ArrayList<>();
    if (settings.flag("tcp.enabled")) {
      listeners.add(listener("tcp", LISTENERS + "tcp", settings.under("tcp"), false));
    }
    if (settings.flag("tls.enabled")) {
      listeners.add(listener("tls", LISTENERS + "tls", settings.under("tls"), true));
    }
    Map<String, Settings> more = settings.groups("more", LISTENERS + "tls", FURTHER);
    more.forEach(
        (name, each) -> {
          if (name.equals("tcp") || name.equals("tls")) {
            settings.mistake("more." + name, "a name other than tcp and tls");
          } else if (each.flag("enabled")) {
            String key = LISTENERS + "more." + name;
            listeners.add(listener(name, key, each, PemFiles.areMeantBy(each)));
          }
        });
    return List.copyOf(listeners);
  }

  private static ListenerSettings listener(
      String name, String key, Settings listener, boolean withTls) {
    return new ListenerSettings(
        name,
        key,
        listener.hosts("host"),
        listener.port("port"),
        listener.optionalNumber("max-connections", 0, UNLIMITED).orElse(UNLIMITED),
        withTls ? tls(listener, CertificateName.read(listener)) : null,
        ProxyPeers.read(listener));
  }

  /** Null where a file is missing, which was noted then. */
  private static TlsSettings tls(Settings settings, CertificateName name) {
    Optional<Path> certificate = settings.file("certificate");
    Optional<Path> privateKey = settings.file("private-key");
    Optional<Path> clientCa = settings.file("client-ca");
    if (!settings.has("certificate")) {
      settings.mistake("certificate", "a PEM file, as TLS is enabled");
    }
    if (!settings.has("private-key")) {
      settings.mistake("private-key", "a PEM file, as TLS is enabled");
    }
    if (certificate.isEmpty() || privateKey.isEmpty()) {
      return null;
    }
    TlsSettings tls =
        new TlsSettings(certificate.get(), privateKey.get(), clientCa.orElse(null), name);
    try {
      tls.context();
    } catch (SSLException e) {
      settings.mistake("certificate", "PEM files that fit together; " + e.getMessage());
    }
    return tls;
  }

  private static Link link(Settings settings, Settings limits) {
    Settings link = settings.under("broker.link");
    if (!link.flag("enabled")) {
      return null;
    }
    List<InetAddress> hosts = link.hosts("host");
    String secret = link.secret("secret", "secret-file").orElse(null);
    TlsSettings tls =
        link.flag("tls.enabled") ? tls(link.under("tls"), CertificateName.NONE) : null;
    boolean onlyLoopback = hosts.stream().allMatch(InetAddress::isLoopbackAddress);
    if (secret == null && !onlyLoopback && !link.has("secret") && !link.has("secret-file")) {
      link.mistake("secret", "a secret, as broker.link.host is not only loopback");
    }
    return new Link(
        hosts,
        link.port("port"),
        secret,
        tls,
        limits.number("link-streams", 1, io.spillway.link.Link.STREAMS_MAX),
        (int) limits.bytes("link-credit", 1024, 1 << 30),
        (int) limits.bytes("link-queued-bytes", 0, 1 << 30),
        limits.bytes("link-queued-bytes-total", 0, Long.MAX_VALUE));
  }

  private static Admin admin(Settings admin) {
    if (!admin.flag("enabled")) {
      return null;
    }
    String token = admin.secret("token", "token-file").orElse(null);
    return new Admin(admin.hosts("host"), admin.port("port"), token);
  }

  private static AuthSettings auth(Settings auth, Settings limits) {
    AuthSettings read =
        new AuthSettings(
            auth.choice("allow-anonymous", AnonymousPolicy.class),
            auth.file("password-file").orElse(null),
            auth.file("acl-file").orElse(null),
            auth.file("scram-file").orElse(null),
            TokenConfig.read(auth.under("jwt")),
            auth.duration("watch-interval", Duration.ZERO, Duration.ofHours(1)),
            limits.number("max-waiting-logins", 1, 1_000_000));
    Authenticator.check(read).forEach(auth::mistake);
    return read;
  }

  private static ConnectionLimits connectionLimits(
      Settings broker, Settings limits, int maxPacketSize) {
    return new ConnectionLimits(
        maxPacketSize,
        (int) limits.bytes("pre-connect-bytes", 64, 268_435_460),
        limits.duration("connect-timeout", Duration.ofMillis(1), Duration.ofHours(1)),
        limits.number("receive-maximum", 1, 65_535),
        limits.number("topic-alias-maximum", 0, 65_535),
        (int)
            limits
                .optionalDuration(
                    "keep-alive-maximum", Duration.ofSeconds(1), Duration.ofSeconds(65_535))
                .orElse(Duration.ZERO)
                .toSeconds(),
        limits
            .optionalDuration("session-expiry-maximum", Duration.ZERO, LONG)
            .map(Duration::toSeconds)
            .orElse(ConnectRequest.NEVER),
        limits.number("max-topic-levels", 1, 65_536),
        limits.number("max-topic-length", 1, 65_535),
        limits.optionalNumber("publish-rate", 1, UNLIMITED).orElse(0),
        limits.optionalBytes("publish-bytes-rate", 1, Long.MAX_VALUE).orElse(0),
        broker.optionalText("response-information").orElse(null));
  }

  private static SessionLimits sessionLimits(Settings limits) {
    return new SessionLimits(
        limits.number("max-inflight", 1, 65_535),
        limits.number("receive-maximum", 1, 65_535),
        limits.number("max-queued-messages", 0, UNLIMITED),
        limits.bytes("max-queued-bytes", 0, Long.MAX_VALUE),
        limits.bytes("max-queued-qos0-bytes", 0, Long.MAX_VALUE),
        limits.choice("queue-full", QueueFull.class),
        limits.optionalNumber("max-sessions", 1, UNLIMITED).orElse(UNLIMITED),
        limits.optionalNumber("max-subscriptions", 1, UNLIMITED).orElse(UNLIMITED));
  }
}
