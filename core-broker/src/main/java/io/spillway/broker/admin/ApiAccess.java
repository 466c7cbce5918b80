package io.spillway.broker.admin;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Who may use the API: whoever knows the token; without one, whoever is on this machine, and only
 * where the listener is bound to loopback. Any thread.
 */
public final class ApiAccess {
  /** Null: none. */
  private final byte[] token;

  private final boolean boundToLoopback;

  public ApiAccess(String token, boolean boundToLoopback) {
    this.token = token == null ? null : ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    this.boundToLoopback = boundToLoopback;
  }

  void check(HttpExchange exchange) {
    if (token == null && !boundToLoopback) {
      throw new ApiProblem(
          403,
          "set broker.admin.token: the API is off without it, as broker.admin.host isn't loopback");
    }
    if (token != null && !knowsToken(exchange)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      throw new ApiProblem(401, "Authorization must be Bearer and the token of broker.admin.token");
    }
    boolean reads = exchange.getRequestMethod().equals("GET");
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (!reads
        && (type == null || !type.split(";")[0].strip().equalsIgnoreCase("application/json"))) {
      // A web page can't send that without asking first, and nobody answers.
      throw new ApiProblem(415, "Content-Type must be application/json");
    }
  }

  private boolean knowsToken(HttpExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    return given != null && MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8));
  }
}
