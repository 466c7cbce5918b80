package io.spillway.gateway;

import io.spillway.gateway.bridge.BridgeSettings;
import io.spillway.gateway.bridge.SlowClientPolicy;
import io.spillway.gateway.http.AdmissionSettings;
import io.spillway.gateway.http.AdmissionSettings.TokenSource;
import io.spillway.gateway.http.HttpSettings;
import io.spillway.gateway.websocket.WebSocketSettings;
import io.spillway.limits.AddressSettings;
import io.spillway.process.Settings;
import io.spillway.proxy.AddressBlock;
import io.spillway.proxy.ProxyPeers;
import io.spillway.tls.CertificateName;
import io.spillway.tls.ExpiryWatch;
import io.spillway.tls.PemFiles;
import io.spillway.token.TokenConfig;
import io.spillway.token.TokenSettings;
import io.spillway.token.TokenVerifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * Everything below the root {@code gateway}, read and checked once. Immutable.
 *
 * @param id this gateway's name towards the cores
 * @param tlsFiles of the listeners that have TLS, by name
 * @param watchInterval how often files of certificates and keys are looked at; zero: never
 */
public record GatewayConfig(
    String id,
    HttpSettings http,
    BridgeSettings bridge,
    UpstreamConfig upstream,
    Map<String, TlsFiles.Server> tlsFiles,
    Duration watchInterval) {

  private static final String LISTENERS = "gateway.listeners.";

  /** A listener with a name of the user's is there to be opened, and has a port of its own. */
  private static final Map<String, ?> FURTHER = Map.of("enabled", true, "port", "none");

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int UNLIMITED = Integer.MAX_VALUE;
  private static final int MIB = 1024 * 1024;

  /** The longest packet that MQTT knows. */
  private static final int PACKET_LENGTH_MAX = 268_435_460;

  /** Reads the root {@code gateway}; mistakes are noted in {@code settings}. */
  public static GatewayConfig read(Settings settings) {
    return read(settings, false);
  }

  /**
   * The same.
   *
   * @param ownCore the core is in this process: where it is, is known without the keys
   */
  static GatewayConfig read(Settings settings, boolean ownCore) {
    Settings gateway = settings.under("gateway");
    BridgeSettings bridge = bridge(gateway);
    Map<String, TlsFiles.Server> tlsFiles = new LinkedHashMap<>();
    return new GatewayConfig(
        gateway.optionalText("id").orElseGet(GatewayConfig::machineName),
        http(gateway, tlsFiles),
        bridge,
        UpstreamConfig.read(gateway.under("upstream"), ownCore),
        tlsFiles,
        gateway.duration("auth.watch-interval", Duration.ZERO, HOUR));
  }

  /** Of the listeners that have TLS. */
  List<Path> certificates() {
    return tlsFiles.values().stream().map(TlsFiles.Server::certificate).toList();
  }

  /** What a start will warn of. */
  List<String> warnings() {
    return ExpiryWatch.warnings(certificates());
  }

  private static BridgeSettings bridge(Settings gateway) {
    return new BridgeSettings(
        (int) gateway.bytes("frame.max-bytes", 256, 16 * MIB),
        gateway.duration("frame.max-delay", Duration.ZERO, Duration.ofSeconds(1)),
        (int) gateway.bytes("limits.max-packet-size", 1024, PACKET_LENGTH_MAX),
        (int) gateway.bytes("limits.pre-connect-bytes", 256, PACKET_LENGTH_MAX),
        (int) gateway.bytes("slow-client.max-queued-bytes", 0, 1024 * MIB),
        gateway.choice("slow-client.policy", SlowClientPolicy.class),
        gateway.bytes("limits.queued-bytes", MIB, Long.MAX_VALUE),
        gateway.duration("upstream.reconnect-spread", Duration.ZERO, HOUR),
        gateway.duration("websocket.close-timeout", Duration.ofMillis(100), MINUTE));
  }

  private static HttpSettings http(Settings gateway, Map<String, TlsFiles.Server> tlsFiles) {
    List<HttpSettings.Listener> listeners = listeners(gateway.under("listeners"), tlsFiles);
    List<HttpSettings.Listener> admin = new ArrayList<>();
    if (gateway.flag("admin.enabled")) {
      Settings own = gateway.under("admin");
      admin.add(new HttpSettings.Listener("gateway.admin", hosts(own), own.port("port"), null));
    }
    return new HttpSettings(
        listeners,
        admin,
        gateway.number("io-threads", 0, 1024),
        paths(gateway),
        gateway.texts("origins"),
        trustedProxies(gateway),
        gateway.texts("host-names"),
        gateway.number("http.max-connections", 1, UNLIMITED),
        gateway.number("http.max-connections-per-address", 1, UNLIMITED),
        gateway.duration("http.request-timeout", Duration.ofMillis(100), HOUR),
        gateway.duration("http.idle-timeout", Duration.ofMillis(100), HOUR),
        (int) gateway.bytes("http.max-header-size", 1024, MIB),
        gateway.number("http.max-headers", 8, 1000),
        gateway.flag("dashboard.enabled"),
        directory(gateway),
        gateway.texts("dashboard.connect-sources"),
        new WebSocketSettings(
            gateway.duration("websocket.ping-interval", Duration.ZERO, HOUR),
            gateway.duration("websocket.close-timeout", Duration.ofMillis(100), MINUTE)),
        admission(gateway));
  }

  private static List<String> trustedProxies(Settings gateway) {
    List<String> proxies = gateway.texts("trusted-proxies");
    for (String proxy : proxies) {
      try {
        AddressBlock.parse(proxy);
      } catch (IllegalArgumentException e) {
        gateway.mistake("trusted-proxies", "addresses or blocks as 10.0.0.0/8; " + proxy);
      }
    }
    return proxies;
  }

  private static AdmissionSettings admission(Settings gateway) {
    Settings limits = gateway.under("limits");
    Settings auth = gateway.under("auth");
    List<TokenSource> sources = new ArrayList<>();
    for (String text : auth.texts("token-from")) {
      try {
        sources.add(TokenSource.valueOf(text.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        auth.mistake("token-from", "a list of authorization, cookie and query");
      }
    }
    TokenSettings tokens = TokenConfig.read(auth.under("jwt"));
    String mistake = tokens == null ? null : TokenVerifier.mistake(tokens);
    if (mistake != null) {
      auth.mistake("jwt.keys-file", "a JWK Set that can be read; " + mistake);
    }
    if (auth.flag("required") && tokens == null) {
      auth.mistake("required", "false, as there are no keys in gateway.auth.jwt");
    }
    return new AdmissionSettings(
        limits.optionalNumber("max-connections", 1, UNLIMITED).orElse(UNLIMITED),
        AddressSettings.read(limits.under("per-address")),
        limits.optionalNumber("memory-guard", 1, 100).orElse(0),
        tokens,
        auth.flag("required"),
        List.copyOf(sources),
        auth.text("token-name"));
  }

  private static List<HttpSettings.Listener> listeners(
      Settings settings, Map<String, TlsFiles.Server> tlsFiles) {
    List<HttpSettings.Listener> listeners = new ArrayList<>();
    if (settings.flag("http.enabled")) {
      listeners.add(listener("http", settings.under("http"), false, tlsFiles));
    }
    if (settings.flag("https.enabled")) {
      listeners.add(listener("https", settings.under("https"), true, tlsFiles));
    }
    Map<String, Settings> more = settings.groups("more", LISTENERS + "https", FURTHER);
    more.forEach(
        (name, each) -> {
          if (each.flag("enabled")) {
            listeners.add(listener("more." + name, each, PemFiles.areMeantBy(each), tlsFiles));
          }
        });
    if (listeners.isEmpty()) {
      settings.mistake("http.enabled", "at least one listener enabled");
    }
    return listeners;
  }

  private static HttpSettings.Listener listener(
      String name, Settings listener, boolean withTls, Map<String, TlsFiles.Server> tlsFiles) {
    TlsFiles.Server files = withTls ? TlsFiles.server(listener) : null;
    SSLContext tls = TlsFiles.context(files, listener);
    if (files != null) {
      tlsFiles.put(LISTENERS + name, files);
    }
    return new HttpSettings.Listener(
        LISTENERS + name,
        hosts(listener),
        listener.port("port"),
        tls,
        withTls && listener.has("client-ca"),
        withTls ? CertificateName.read(listener) : CertificateName.NONE,
        ProxyPeers.read(listener),
        listener.optionalNumber("max-connections", 0, UNLIMITED).orElse(UNLIMITED));
  }

  private static List<String> hosts(Settings listener) {
    return listener.hosts("host").stream().map(InetAddress::getHostAddress).toList();
  }

  private static List<String> paths(Settings gateway) {
    List<String> paths = gateway.texts("path");
    for (String path : paths) {
      if (!path.startsWith("/")) {
        gateway.mistake("path", "paths that begin with /");
      }
    }
    if (paths.isEmpty()) {
      gateway.mistake("path", "at least one path");
    }
    return paths;
  }

  /** Null: none. */
  private static Path directory(Settings gateway) {
    Path directory = gateway.path("static-directory").orElse(null);
    if (directory != null && !java.nio.file.Files.isDirectory(directory)) {
      gateway.mistake("static-directory", "a directory that can be read");
    }
    return directory;
  }

  private static String machineName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException e) {
      return "gateway";
    }
  }

  /** The same with the core where it has been found to be. */
  GatewayConfig withCore(InetSocketAddress address, String secret) {
    return new GatewayConfig(
        id, http, bridge, upstream.withCore(address, secret), tlsFiles, watchInterval);
  }
}
