package io.spillway.gateway.http;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What is known about a browser from its upgrade request.
 *
 * @param address the client's one real address: from trusted proxies' headers, else the peer's own.
 *     The port is 0 where a proxy didn't tell it
 * @param peer the other end of the TCP connection
 * @param forwarded whether the request carried a forwarding header, believed or not
 * @param listener the name of the listener that took it, as in the configuration
 * @param local our end of the TCP connection
 * @param tls null on a plain connection
 * @param path the request's path without its query
 * @param query without the question mark; empty if none. May hold secrets: never logged
 * @param host the Host header
 * @param origin null if none was sent
 * @param subprotocol {@code mqtt} or {@code mqttv3.1}
 * @param headers chosen others by lower-case name: user-agent, authorization, cookie
 */
public record UpgradeFacts(
    InetSocketAddress address,
    InetSocketAddress peer,
    boolean forwarded,
    String listener,
    InetSocketAddress local,
    TlsFacts tls,
    String path,
    String query,
    String host,
    String origin,
    String subprotocol,
    Map<String, String> headers) {

  /**
   * What the TLS handshake told.
   *
   * @param protocol as {@code TLSv1.3}
   * @param cipher the suite's name
   * @param clientSubject the client certificate's distinguished name; null without one
   * @param clientCertificate the client certificate, DER encoded; null without one
   */
  public record TlsFacts(
      String protocol, String cipher, String clientSubject, byte[] clientCertificate) {}
}
