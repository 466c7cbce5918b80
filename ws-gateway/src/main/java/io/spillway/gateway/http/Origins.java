package io.spillway.gateway.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Pages of which origins may open a WebSocket. Browsers let any page try, and send along the user's
 * cookies and place in the network, so the server has to choose (RFC 6455 section 10.2).
 */
final class Origins {

  private final Set<String> listed;

  Origins(List<String> listed) {
    this.listed = listed.stream().map(Origins::normal).collect(Collectors.toSet());
  }

  /**
   * Whether a page of this origin may connect.
   *
   * @param origin null where the client is no browser, which is allowed
   * @param host the Host header
   * @param tls whether the request came over TLS
   */
  boolean allow(String origin, String host, boolean tls) {
    return origin == null
        || listed.contains("*")
        || listed.contains(normal(origin))
        || isSame(origin, host, tls);
  }

  /**
   * Whether the origin is the gateway's own: the page's host and port are those the request went
   * to. Which scheme the browser used isn't known behind a proxy that ends TLS, so a Host without a
   * port agrees with the default port of either.
   */
  private static boolean isSame(String origin, String host, boolean tls) {
    int scheme = origin.indexOf("://");
    if (scheme < 0 || host == null) {
      return false;
    }
    int defaultPort =
        switch (origin.substring(0, scheme)) {
          case "https" -> 443;
          case "http" -> tls ? -2 : 80;
          default -> -2;
        };
    Authority page = Authority.parse(origin.substring(scheme + 3));
    Authority own = Authority.parse(host);
    if (defaultPort == -2 || page == null || own == null || !page.host().equals(own.host())) {
      return false;
    }
    int pagePort = page.port() == -1 ? defaultPort : page.port();
    int ownPort = own.port() == -1 ? defaultPort : own.port();
    return pagePort == ownPort;
  }

  private static String normal(String origin) {
    String lower = origin.toLowerCase(Locale.ROOT);
    return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
