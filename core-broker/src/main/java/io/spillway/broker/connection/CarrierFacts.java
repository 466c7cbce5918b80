package io.spillway.broker.connection;

import io.netty.util.NetUtil;
import io.spillway.broker.auth.Identity;
import java.net.InetSocketAddress;

/**
 * What is known about a client before its first byte.
 *
 * @param remoteAddress the client's own, not a gateway's
 * @param listener the listener's name, for the log
 * @param port the listener's port; 0: unknown
 * @param key where the listener is configured, for messages that say what to change
 * @param local whether listener and client are on loopback and nobody forwarded the connection
 * @param identity who it is, as verified by who opened the carrier; null: unknown
 */
public record CarrierFacts(
    InetSocketAddress remoteAddress,
    String listener,
    int port,
    String key,
    boolean local,
    Identity identity) {

  /** The same client, now that it is known who it is. */
  public CarrierFacts as(Identity identity) {
    return new CarrierFacts(remoteAddress, listener, port, key, local, identity);
  }

  /** Address and port as in the log lines, an IPv6 address in its short form. */
  public String address() {
    return NetUtil.toAddressString(remoteAddress.getAddress()) + ":" + remoteAddress.getPort();
  }
}
