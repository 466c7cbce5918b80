package io.spillway.gateway.http;

import java.net.InetSocketAddress;

/** A client's address that a proxy told by the PROXY protocol, so that the client isn't local. */
final class ProxiedAddress extends InetSocketAddress {
  private static final long serialVersionUID = 1;

  ProxiedAddress(InetSocketAddress client) {
    super(client.getAddress(), client.getPort());
  }
}
