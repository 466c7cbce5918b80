package io.spillway.broker.admin;

import com.sun.net.httpserver.HttpExchange;
import io.spillway.process.metrics.LoopWatch;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * {@code /livez}: every event loop turns; if not, a restart is what helps. {@code /readyz}: that,
 * every listener is open, and the store commits. Neither waits for a loop, so both answer at once.
 * Any thread.
 */
public final class Health {
  private final List<LoopWatch> loops;
  private final BooleanSupplier open;
  private final Supplier<String> storeTrouble;

  /** {@code storeTrouble} is null while the store commits. */
  public Health(List<LoopWatch> loops, BooleanSupplier open, Supplier<String> storeTrouble) {
    this.loops = loops;
    this.open = open;
    this.storeTrouble = storeTrouble;
  }

  public void live(HttpExchange exchange) throws IOException {
    answer(exchange, trouble(), "alive");
  }

  public void ready(HttpExchange exchange) throws IOException {
    List<String> trouble = trouble();
    String untold = storeTrouble.get();
    if (!open.getAsBoolean()) {
      trouble = List.of("not every listener is open");
    } else if (trouble.isEmpty() && untold != null) {
      trouble = List.of(untold);
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
