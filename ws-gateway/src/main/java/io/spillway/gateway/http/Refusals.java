package io.spillway.gateway.http;

import io.netty.util.NetUtil;
import io.spillway.limits.LineBudget;
import io.undertow.server.HttpServerExchange;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
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

  private final Map<Refusal, LongAdder> counts = new EnumMap<>(Refusal.class);

  private final LineBudget lines =
      new LineBudget(LINES_PER_PERIOD, rest -> log.info("Refused {} more requests.", rest));

  Refusals() {
    for (Refusal cause : Refusal.values()) {
      counts.put(cause, new LongAdder());
    }
  }

  /** Answers a request with the reason. */
  void refuse(HttpServerExchange exchange, Refusal cause, String reason) {
    if (lines.take()) {
      log.info(
          "Refused a request for {} from {} on port {} with {}: {}.",
          Answer.quote(exchange.getRequestPath()),
          text(exchange.getSourceAddress()),
          exchange.getDestinationAddress().getPort(),
          cause.status(),
          reason);
    }
    counts.get(cause).increment();
    Answer.text(exchange, cause.status(), reason);
  }

  /** A connection on which there was no request yet. */
  void connection(InetSocketAddress client, int port, Refusal cause, String reason) {
    counts.get(cause).increment();
    if (lines.take()) {
      log.info("Refused a connection from {} on port {}: {}.", text(client), port, reason);
    }
  }

  /** Refused requests and connections since the start. */
  long count(Refusal cause) {
    return counts.get(cause).sum();
  }

  private static String text(InetSocketAddress address) {
    return NetUtil.toAddressString(address.getAddress()) + ":" + address.getPort();
  }
}
