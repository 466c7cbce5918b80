package io.spillway.broker.admin;

import com.sun.net.httpserver.HttpExchange;
import io.spillway.broker.store.Store;
import io.spillway.process.metrics.LoopWatch;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * {@code /livez}: every event loop turns; if not, a restart is what helps. {@code /readyz}: that,
 * every listener is open, and the store commits. Neither waits for a loop, so both answer at once.
 * Any thread.
 */
public final class Health {
  private final List<LoopWatch> loops;
  private final BooleanSupplier open;
  private final Store store;

  public Health(List<LoopWatch> loops, BooleanSupplier open, Store store) {
    this.loops = loops;
    this.open = open;
    this.store = store;
  }

  public void live(HttpExchange exchange) throws IOException {
    answer(exchange, trouble(), "alive");
  }

  public void ready(HttpExchange exchange) throws IOException {
    List<String> trouble = trouble();
    String storeTrouble = store.trouble();
    if (!open.getAsBoolean()) {
      trouble = List.of("not every listener is open");
    } else if (trouble.isEmpty() && storeTrouble != null) {
      trouble = List.of(storeTrouble);
    }
    answer(exchange, trouble, "ready");
  }

  private static void answer(HttpExchange exchange, List<String> trouble, String word)
      throws IOException {
    if (trouble.isEmpty()) {
      AdminServer.answer(exchange, 200, word + "\n");
    } else {
      AdminServer.answer(exchange, 503, "not " + word + ": " + String.join("; ", trouble) + "\n");
    }
  }

  private List<String> trouble() {
    return loops.stream().map(LoopWatch::trouble).filter(Objects::nonNull).toList();
  }
}
