package io.spillway.gateway.http;

import io.spillway.gateway.websocket.WebSocketSettings;
import io.spillway.proxy.ProxyPeers;
import io.spillway.tls.CertificateName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Everything the public HTTP side needs to know. Values are valid: whoever builds this has checked
 * them.
 *
 * @param listeners the public ports
 * @param adminListeners ports with nothing but {@code /livez}, {@code /readyz} and what the gateway
 *     adds
 * @param ioThreads number of I/O threads; 0: see {@link io.spillway.process.IoThreads}
 * @param paths of the WebSocket, as {@code /mqtt}; at {@code /} there are pages as well
 * @param origins that may open a WebSocket besides the gateway's own; {@code *}: any
 * @param trustedProxies CIDR blocks or addresses whose forwarded address is believed
 * @param hostNames that a listener on loopback accepts in Host besides localhost and loopback
 *     literals
 * @param connectionsMax HTTP connections that aren't WebSockets yet
 * @param connectionsPerAddressMax the same of one address
 * @param requestTimeout how long a TLS handshake may take, and then a request's head
 * @param idleTimeout how long a connection may rest between requests
 * @param maxHeaderSize bytes of a request's head
 * @param maxHeaders number of header fields
 * @param dashboard whether the bundled page is served at {@code /}
 * @param staticDirectory the user's own pages; null: none
 * @param connectSources what the page may connect to besides its own gateway (CSP connect-src)
 * @param webSocket for the upgraded connections
 * @param admission who may open one
 */
public record HttpSettings(
    List<Listener> listeners,
    List<Listener> adminListeners,
    int ioThreads,
    List<String> paths,
    List<String> origins,
    List<String> trustedProxies,
    List<String> hostNames,
    int connectionsMax,
    int connectionsPerAddressMax,
    Duration requestTimeout,
    Duration idleTimeout,
    int maxHeaderSize,
    int maxHeaders,
    boolean dashboard,
    Path staticDirectory,
    List<String> connectSources,
    WebSocketSettings webSocket,
    AdmissionSettings admission) {

  /**
   * One configured listener, which may have several addresses.
   *
   * @param name as in the configuration, for logs and errors: {@code gateway.listeners.http}
   * @param hosts addresses to bind
   * @param port 0: any free port, the same for every host
   * @param tls null: plain HTTP
   * @param clientCertificates whether clients must show one
   * @param certificateName what of it is the user
   * @param proxies whose connections begin with a PROXY header
   * @param connectionsMax WebSockets that it takes at a time; Integer.MAX_VALUE: no limit
   */
  public record Listener(
      String name,
      List<String> hosts,
      int port,
      SSLContext tls,
      boolean clientCertificates,
      CertificateName certificateName,
      ProxyPeers proxies,
      int connectionsMax) {

    /** Without client certificates, proxies and limit. */
    public Listener(String name, List<String> hosts, int port, SSLContext tls) {
      this(name, hosts, port, tls, false, CertificateName.NONE, ProxyPeers.NONE, Integer.MAX_VALUE);
    }
  }
}
