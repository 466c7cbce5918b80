package io.spillway.gateway.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.Map;

/** Handlers by exact path, and one for everything else. */
final class Routes implements HttpHandler {

  private final Map<String, HttpHandler> routes;
  private final HttpHandler otherwise;

  Routes(Map<String, HttpHandler> routes, HttpHandler otherwise) {
    this.routes = Map.copyOf(routes);
    this.otherwise = otherwise;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    routes.getOrDefault(exchange.getRequestPath(), otherwise).handleRequest(exchange);
  }

  /** Lets only reading through: GET and HEAD without a body. */
  static HttpHandler readOnly(HttpHandler next) {
    return exchange -> {
      if (!exchange.getRequestMethod().equals(Methods.GET)
          && !exchange.getRequestMethod().equals(Methods.HEAD)) {
        exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD");
        String method = Answer.quote(exchange.getRequestMethod().toString());
        Answer.refuse(exchange, StatusCodes.METHOD_NOT_ALLOWED, "no method " + method + " here");
      } else if (!exchange.isRequestComplete()) {
        Answer.refuse(exchange, StatusCodes.REQUEST_ENTITY_TOO_LARGE, "no request body expected");
      } else {
        next.handleRequest(exchange);
      }
    };
  }

  /** A page and a WebSocket at one path: who asks for the WebSocket gets it. */
  static HttpHandler byUpgrade(HttpHandler upgrade, HttpHandler page) {
    return exchange -> {
      String wanted = exchange.getRequestHeaders().getFirst(Headers.UPGRADE);
      boolean webSocket = "websocket".equalsIgnoreCase(wanted);
      (webSocket ? upgrade : page).handleRequest(exchange);
    };
  }

  static void notFound(HttpServerExchange exchange) {
    Answer.refuse(exchange, StatusCodes.NOT_FOUND, "nothing here by that name");
  }
}
