package io.spillway.gateway.http;

import io.undertow.io.IoCallback;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.ETag;
import io.undertow.util.ETagUtils;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;

/**
 * Sends files with the headers that let a browser keep them and ask whether they are still the
 * same.
 */
final class PageSender {

  /** Whoever takes this much is watched for whether they really take it. */
  private static final int WATCHED_LENGTH = 64 * 1024;

  private final Duration stallTimeout;

  PageSender(Duration stallTimeout) {
    this.stallTimeout = stallTimeout;
  }

  void send(HttpServerExchange exchange, Page page) {
    boolean gzip = page.gzip() != null && acceptsGzip(exchange.getRequestHeaders());
    byte[] bytes = gzip ? page.gzip() : page.plain();
    if (page.gzip() != null) {
      exchange.getResponseHeaders().put(Headers.VARY, "Accept-Encoding");
    }
    // The two forms are different sequences of bytes, so they have different tags.
    if (isUnchanged(exchange, gzip ? page.tag() + "-gzip" : page.tag())) {
      return;
    }
    if (gzip) {
      exchange.getResponseHeaders().put(Headers.CONTENT_ENCODING, "gzip");
    }
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, page.type());
    exchange.setResponseContentLength(bytes.length);
    watch(exchange, bytes.length);
    exchange.getResponseSender().send(ByteBuffer.wrap(bytes));
  }

  /** Sends a file that is too large to be held; closes it. */
  void send(HttpServerExchange exchange, String type, String tag, FileChannel file, long length) {
    if (isUnchanged(exchange, tag)) {
      OwnPages.close(file);
      return;
    }
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
    exchange.setResponseContentLength(length);
    exchange.addExchangeCompleteListener(
        (ended, next) -> {
          OwnPages.close(file);
          next.proceed();
        });
    watch(exchange, length);
    exchange.getResponseSender().transferFrom(file, IoCallback.END_EXCHANGE);
  }

  private static boolean isUnchanged(HttpServerExchange exchange, String tag) {
    ETag etag = new ETag(false, tag);
    exchange
        .getResponseHeaders()
        .put(Headers.ETAG, etag.toString())
        // Kept, but asked for each time: a new version shows at once, the old one costs 304.
        .put(Headers.CACHE_CONTROL, "no-cache");
    if (ETagUtils.handleIfNoneMatch(exchange, etag, true)) {
      return false;
    }
    exchange.setStatusCode(StatusCodes.NOT_MODIFIED);
    exchange.endExchange();
    return true;
  }

  /** Cuts the connection of a client that takes nothing of a large answer for too long. */
  private void watch(HttpServerExchange exchange, long length) {
    if (length > WATCHED_LENGTH) {
      new StallGuard(exchange, stallTimeout).start();
    }
  }

  private static boolean acceptsGzip(HeaderMap headers) {
    HeaderValues values = headers.get(Headers.ACCEPT_ENCODING);
    if (values == null) {
      return false;
    }
    for (String line : values) {
      for (String value : line.split(",")) {
        String[] parts = value.trim().split("\\s*;\\s*");
        if (parts[0].equalsIgnoreCase("gzip")) {
          return parts.length < 2 || !parts[1].matches("q=0(\\.0*)?");
        }
      }
    }
    return false;
  }
}
