package io.spillway.broker.admin;

import com.sun.net.httpserver.HttpExchange;
import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Homes;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** {@code /livez}: every event loop turns. {@code /readyz}: every listener is open. Any thread. */
public final class Health {

  /** A loop that takes longer isn't alive in the sense of anybody who asks. */
  private static final long PATIENCE_MILLIS = 2_000;

  private final Homes homes;
  private final BooleanSupplier ready;

  public Health(Homes homes, BooleanSupplier ready) {
    this.homes = homes;
    this.ready = ready;
  }

  public void live(HttpExchange exchange) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    for (Home home : homes.all()) {
      CompletableFuture<Void> turned = new CompletableFuture<>();
      home.execute(() -> turned.complete(null));
      try {
        turned.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        AdminServer.answer(exchange, 503, "core-io-" + (home.index() + 1) + " doesn't turn.\n");
        return;
      } catch (InterruptedException | ExecutionException e) {
        Thread.currentThread().interrupt();
        AdminServer.answer(exchange, 503, "stopping\n");
        return;
      }
    }
    AdminServer.answer(exchange, 200, "alive\n");
  }

  public void ready(HttpExchange exchange) throws IOException {
    boolean open = ready.getAsBoolean();
    AdminServer.answer(exchange, open ? 200 : 503, open ? "ready\n" : "not ready\n");
  }
}
