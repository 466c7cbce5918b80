package io.spillway.gateway.http;

import io.undertow.server.HttpServerExchange;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses requests that somebody will wonder about, and says so in the log: who, on which listener,
 * why, and by which key it can be changed. A flood of them costs a few lines per period and one
 * that counts the rest.
 *
 * <p>One per server; any thread.
 */
final class Refusals {

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private static final int LINES_PER_PERIOD = 10;
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Map<Integer, LongAdder> counts = new ConcurrentHashMap<>();

  private long periodStart = System.nanoTime();
  private int lines;
  private long untold;

  void refuse(HttpServerExchange exchange, int status, String reason) {
    if (mayTell()) {
      log.info(
          "Refused a request for {} from {} on port {} with {}: {}.",
          Answer.quote(exchange.getRequestPath()),
          text(exchange.getSourceAddress()),
          exchange.getDestinationAddress().getPort(),
          status,
          reason);
    }
    counts.computeIfAbsent(status, any -> new LongAdder()).increment();
    Answer.text(exchange, status, reason);
  }

  /** Refused requests since the start, by status. */
  Map<Integer, Long> counts() {
    Map<Integer, Long> sums = new TreeMap<>();
    counts.forEach((status, count) -> sums.put(status, count.sum()));
    return sums;
  }

  private synchronized boolean mayTell() {
    long now = System.nanoTime();
    if (now - periodStart >= PERIOD_NANOS) {
      if (untold > 0) {
        log.info("Refused {} more requests.", untold);
      }
      periodStart = now;
      lines = 0;
      untold = 0;
    }
    if (lines == LINES_PER_PERIOD) {
      untold++;
      return false;
    }
    lines++;
    return true;
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
