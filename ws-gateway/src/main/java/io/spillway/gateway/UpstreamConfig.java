package io.spillway.gateway;

import io.spillway.process.Settings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Everything below {@code gateway.upstream}. Immutable.
 *
 * @param addresses not resolved
 * @param secret null: none
 * @param tls null: plain TCP
 * @param credit bytes
 */
record UpstreamConfig(
    Type type,
    List<InetSocketAddress> addresses,
    String secret,
    SSLContext tls,
    Duration connectTimeout,
    Duration reconnectMin,
    Duration reconnectMax,
    int credit,
    int poolSize,
    boolean proxyProtocol) {

  /** {@code gateway.upstream.type}. */
  enum Type {
    LINK,
    PLAIN
  }

  private static final Duration MIN = Duration.ofMillis(1);
  private static final Duration MAX = Duration.ofHours(1);

  /**
   * @param ownCore the core is in this process: addresses, secret and type are its own
   */
  static UpstreamConfig read(Settings upstream, boolean ownCore) {
    UpstreamConfig config =
        new UpstreamConfig(
            ownCore ? Type.LINK : upstream.choice("type", Type.class),
            ownCore ? List.of() : upstream.endpoints("addresses"),
            ownCore ? null : upstream.secret("secret", "secret-file").orElse(null),
            !ownCore && upstream.flag("tls.enabled")
                ? TlsFiles.client(upstream.under("tls"))
                : null,
            upstream.duration("connect-timeout", MIN, MAX),
            upstream.duration("reconnect-min", MIN, MAX),
            upstream.duration("reconnect-max", MIN, MAX),
            (int) upstream.bytes("credit", 1024, 64 * 1024 * 1024),
            upstream.number("pool-size", 0, 1000),
            upstream.flag("proxy-protocol"));
    if (config.reconnectMax.compareTo(config.reconnectMin) < 0) {
      upstream.mistake("reconnect-max", "no less than reconnect-min");
    }
    config.checkSecret(upstream);
    return config;
  }

  /**
   * Whoever can reach a link can speak for any client, so only this machine may without a secret.
   */
  private void checkSecret(Settings upstream) {
    if (type == Type.PLAIN || secret != null) {
      return;
    }
    for (InetSocketAddress address : addresses) {
      if (!isLoopback(address.getHostString())) {
        upstream.mistake(
            "secret", "a secret, as the core at " + address.getHostString() + " isn't on loopback");
      }
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
  }

  UpstreamConfig withCore(InetSocketAddress address, String coreSecret) {
    return new UpstreamConfig(
        Type.LINK,
        List.of(address),
        coreSecret,
        tls,
        connectTimeout,
        reconnectMin,
        reconnectMax,
        credit,
        poolSize,
        proxyProtocol);
  }

  @Override
  public String toString() {
    return type + " " + addresses + (secret == null ? "" : " with a secret");
  }
}
