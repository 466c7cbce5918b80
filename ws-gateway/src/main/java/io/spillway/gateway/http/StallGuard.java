package io.spillway.gateway.http;

import io.undertow.server.HttpServerExchange;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * Watches one answer on its way and cuts the connection when the client has taken nothing of it for
 * a whole interval. Ticks on the connection's I/O thread until the exchange is complete.
 */
final class StallGuard {

  private final HttpServerExchange exchange;
  private final long millis;
  private long sent = -1;
  private volatile XnioExecutor.Key key;

  StallGuard(HttpServerExchange exchange, Duration timeout) {
    this.exchange = exchange;
    this.millis = timeout.toMillis();
  }

  void start() {
    key = exchange.getIoThread().executeAtInterval(this::check, millis, TimeUnit.MILLISECONDS);
    exchange.addExchangeCompleteListener(
        (ended, next) -> {
          key.remove();
          next.proceed();
        });
  }

  private void check() {
    if (exchange.isComplete() || exchange.getResponseBytesSent() == sent) {
      key.remove();
      IoUtils.safeClose(exchange.getConnection());
    } else {
      sent = exchange.getResponseBytesSent();
    }
  }
}
