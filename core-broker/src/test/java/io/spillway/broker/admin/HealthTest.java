package io.spillway.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.listen.Loops;
import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Homes;
import io.spillway.process.metrics.LoopWatch;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the outside hears of real event loops and of a store, over HTTP. */
class HealthTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Loops loops = Loops.nio(1);
  private final Home home = new Homes(loops.executors(), 100).all().get(0);
  private final AtomicBoolean open = new AtomicBoolean(true);
  private volatile String storeTrouble;
  private AdminServer server;

  @BeforeEach
  void start() {
    LoopWatch watch =
        new LoopWatch(
            "core-io-1", (task, millis) -> home.schedule(task, Duration.ofMillis(millis)));
    home.execute(watch::start);
    Health health = new Health(List.of(watch), open::get, () -> storeTrouble);
    server =
        new AdminServer(List.of(InetAddress.getLoopbackAddress()), 0)
            .handle("/livez", health::live)
            .handle("/readyz", health::ready);
    server.open();
  }

  @AfterEach
  void stop() {
    server.close();
    loops.close();
  }

  @Test
  void anEventLoopThatDoesntTurnIsNamedUntilItTurnsAgain() throws Exception {
    await("/livez", "200 alive\n"::equals);
    CountDownLatch release = new CountDownLatch(1);
    home.execute(() -> await(release));

    String stuck = "503 not %s: core-io-1 has not turned for \\d+ ms\n";
    await("/livez", answer -> answer.matches(stuck.formatted("alive")));
    assertTrue(get("/readyz").matches(stuck.formatted("ready")), get("/readyz"));

    release.countDown();
    await("/livez", "200 alive\n"::equals);
    await("/readyz", "200 ready\n"::equals);
  }

  @Test
  void aStoreThatDoesntCommitIsNoReasonForARestart() throws Exception {
    storeTrouble = "the store can't write: no space left on the device";

    await("/readyz", "503 not ready: the store can't write: no space left on the device\n"::equals);
    await("/livez", "200 alive\n"::equals);
  }

  @Test
  void itIsNotReadyBeforeEveryListenerIsOpen() throws Exception {
    open.set(false);

    assertEquals("503 not ready: not every listener is open\n", get("/readyz"));
    await("/livez", "200 alive\n"::equals);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A machine that is busy may hold up the loop itself for longer than it is given. */
  private void await(String path, Predicate<String> expected) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (String answer = get(path); !expected.test(answer); answer = get(path)) {
      assertTrue(System.nanoTime() < deadline, answer);
    }
  }

  private String get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    var answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }
}
