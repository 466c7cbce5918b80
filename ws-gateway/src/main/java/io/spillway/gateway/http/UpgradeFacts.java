package io.spillway.gateway.http;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * What is known about a browser from its upgrade request.
 *
 * @param address the client's one real address: from trusted proxies' headers, else the peer's own.
 *     The port is 0 where a proxy didn't tell it
 * @param peer the other end of the TCP connection, or who it is as a PROXY header says
 * @param forwarded whether a PROXY header preceded the request, or it carried a forwarding header,
 *     believed or not
 * @param listener the name of the listener that took it, as in the configuration
 * @param local our end of the TCP connection
 * @param tls null on a plain connection
 * @param path the request's path without its query
 * @param host the Host header
 * @param origin null if none was sent
 * @param subprotocol {@code mqtt} or {@code mqttv3.1}
 * @param headers chosen others by lower-case name: user-agent
 * @param identity who it is, as a token or a certificate proves; null: nobody has said
 */
public record UpgradeFacts(
    InetSocketAddress address,
    InetSocketAddress peer,
    boolean forwarded,
    String listener,
    InetSocketAddress local,
    TlsFacts tls,
    String path,
    String host,
    String origin,
    String subprotocol,
    Map<String, String> headers,
    Identity identity) {

  /**
   * Who the client has proved to be.
   *
   * @param method {@code jwt} or {@code certificate}
   * @param expiresAt in epoch milliseconds; {@code Long.MAX_VALUE}: never
   * @param rights what it may do, as lines of an access control file; null: the core decides
   */
  public record Identity(String user, String method, long expiresAt, List<String> rights) {}

  /** The same of somebody known. */
  UpgradeFacts as(Identity somebody) {
    return new UpgradeFacts(
        address,
        peer,
        forwarded,
        listener,
        local,
        tls,
        path,
        host,
        origin,
        subprotocol,
        headers,
        somebody);
  }

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
