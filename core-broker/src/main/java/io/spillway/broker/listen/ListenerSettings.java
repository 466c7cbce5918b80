package io.spillway.broker.listen;

import io.spillway.proxy.ProxyPeers;
import java.net.InetAddress;
import java.util.List;

/**
 * One listener of clients.
 *
 * @param name for the log: {@code tcp} or {@code tls}
 * @param key where it is configured, for messages that say what to change
 * @param hosts at least one
 * @param port 0: the system chooses one
 * @param maxConnections Integer.MAX_VALUE: no limit
 * @param tls null: plain TCP
 * @param proxies whose connections begin with a PROXY header
 */
public record ListenerSettings(
    String name,
    String key,
    List<InetAddress> hosts,
    int port,
    int maxConnections,
    TlsSettings tls,
    ProxyPeers proxies) {

  public boolean boundToLoopback() {
    return hosts.stream().allMatch(InetAddress::isLoopbackAddress);
  }
}
