package io.spillway.broker.admin;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A request to the API, taken apart and checked. Used by the thread that answers it. */
final class ApiRequest {
  static final int LIMIT_DEFAULT = 100;
  static final int LIMIT_MAX = 1000;

  private final HttpExchange exchange;
  private final List<String> path;
  private final Map<String, String> query;

  private ApiRequest(HttpExchange exchange, List<String> path, Map<String, String> query) {
    this.exchange = exchange;
    this.path = path;
    this.query = query;
  }

  static ApiRequest of(HttpExchange exchange, String prefix) {
    List<String> path = new ArrayList<>();
    String rest = exchange.getRequestURI().getRawPath().substring(prefix.length());
    for (String segment : rest.split("/")) {
      if (!segment.isEmpty()) {
        path.add(decoded(segment.replace("+", "%2B")));
      }
    }
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null || raw.isEmpty() ? new String[0] : raw.split("&")) {
      int end = pair.indexOf('=');
      if (end < 0
          || query.put(decoded(pair.substring(0, end)), decoded(pair.substring(end + 1))) != null) {
        throw new ApiProblem(400, "query: " + pair + " (expected: NAME=VALUE, each name once)");
      }
    }
    return new ApiRequest(exchange, path, query);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ApiProblem(400, "percent encoding: " + e.getMessage());
    }
  }

  String method() {
    return exchange.getRequestMethod();
  }

  /** The path's segments, decoded. */
  List<String> path() {
    return path;
  }

  /** Refuses parameters that nobody reads, as they are mistakes. */
  void allow(String... names) {
    for (String name : query.keySet()) {
      if (!Set.of(names).contains(name)) {
        throw new ApiProblem(
            400, "query: " + name + " (expected: one of " + String.join(", ", names) + ")");
      }
    }
  }

  String query(String name, String otherwise) {
    return query.getOrDefault(name, otherwise);
  }

  int limit() {
    String limit = query("limit", Integer.toString(LIMIT_DEFAULT));
    try {
      int number = Integer.parseInt(limit);
      if (number >= 1 && number <= LIMIT_MAX) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new ApiProblem(400, "limit: " + limit + " (expected: 1 to " + LIMIT_MAX + ")");
  }

  /** The body's object. */
  Map<String, Object> body(int bytesMax) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(bytesMax + 1);
    if (bytes.length > bytesMax) {
      throw new ApiProblem(413, "the body is longer than " + bytesMax + " bytes");
    }
    try {
      return Json.object(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new ApiProblem(400, "the body isn't UTF-8");
    }
  }
}
