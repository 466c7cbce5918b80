package io.spillway.gateway.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Short answers in plain text. */
final class Answer {

  private static final Logger log = LoggerFactory.getLogger(Answer.class);

  private static final int QUOTE_MAX = 100;

  private static final HttpString NOSNIFF = new HttpString("X-Content-Type-Options");

  private Answer() {}

  /** Refuses a request, with the reason as the body and, at debug level, in the log. */
  static void refuse(HttpServerExchange exchange, int status, String reason) {
    if (log.isDebugEnabled()) {
      log.debug(
          "{} {} from {} refused with {}: {}",
          exchange.getRequestMethod(),
          quote(exchange.getRequestPath()),
          exchange.getSourceAddress(),
          status,
          reason);
    }
    text(exchange, status, reason);
  }

  static void text(HttpServerExchange exchange, int status, String text) {
    if (!exchange.isRequestComplete()) {
      // A body that nobody asked for isn't read to its end.
      exchange.setPersistent(false);
    }
    exchange.setStatusCode(status);
    exchange
        .getResponseHeaders()
        .put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8")
        .put(Headers.CACHE_CONTROL, "no-store")
        .put(NOSNIFF, "nosniff");
    exchange.getResponseSender().send(text + "\n", StandardCharsets.UTF_8);
  }

  /** What a client sent, fit to be shown: short, and nothing but printable ASCII. */
  static String quote(String text) {
    String shown = text.length() <= QUOTE_MAX ? text : text.substring(0, QUOTE_MAX) + "...";
    return '"' + shown.replaceAll("[^ -~]", "?") + '"';
  }
}
