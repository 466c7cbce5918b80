package io.spillway.gateway.http;

import io.spillway.proxy.AddressBlock;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Stands before a listener on loopback and lets through only requests that name a local host. A
 * foreign page can make its own host name resolve to 127.0.0.1 and then read whatever listens there
 * as if it were its own (DNS rebinding); what it can't change is the name in the Host header.
 */
final class HostCheck implements HttpHandler {

  private final Set<String> hostNames;
  private final Refusals refusals;
  private final HttpHandler next;

  HostCheck(List<String> hostNames, Refusals refusals, HttpHandler next) {
    this.hostNames =
        hostNames.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    this.refusals = refusals;
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
    // Browsers always send one.
    if (host == null || isLocal(Authority.parse(host))) {
      next.handleRequest(exchange);
    } else {
      refusals.refuse(
          exchange,
          Refusal.HOST,
          "Host "
              + Answer.quote(host)
              + " is not accepted on a loopback listener; list it in gateway.host-names");
    }
  }

  private boolean isLocal(Authority authority) {
    if (authority == null) {
      return false;
    }
    String host = authority.host();
    if (host.equals("localhost") || hostNames.contains(host)) {
      return true;
    }
    String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    InetAddress address = AddressBlock.literal(literal);
    return address != null && address.isLoopbackAddress();
  }
}
