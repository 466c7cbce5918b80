package io.spillway.process.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.spillway.testing.Exposition;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopWatchTest {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private long now = TimeUnit.SECONDS.toNanos(1000);
  private final LoopWatch watch =
      new LoopWatch("core-io-1", (task, millis) -> tasks.add(task), () -> now);

  @Test
  void aLoopThatTurnsIsNoTrouble() {
    watch.start();
    for (int i = 0; i < 10; i++) {
      pass(600);
      tasks.remove().run();
    }

    assertNull(watch.trouble());
  }

  @Test
  void aLoopThatStandsStillIsNamedAndGoodAgainWhenItTurns() {
    watch.start();
    pass(5_500);

    assertEquals("core-io-1 has not turned for 5000 ms", watch.trouble());

    tasks.remove().run();
    assertNull(watch.trouble());
  }

  @Test
  void aLoopThatNeverStartedIsTrouble() {
    pass(2_001);

    assertEquals("core-io-1 has not turned for 2001 ms", watch.trouble());
  }

  @Test
  void lateBeatsAreCounted() {
    watch.start();
    pass(520);
    tasks.remove().run();
    MetricsPage page = new MetricsPage();

    LoopWatch.write(page, List.of(watch));

    Exposition read = Exposition.of(page.text());
    String loop = "{loop=\"core-io-1\"";
    assertEquals(0, read.value("spillway_event_loop_lag_seconds_bucket" + loop + ",le=\"0.01\"}"));
    assertEquals(1, read.value("spillway_event_loop_lag_seconds_bucket" + loop + ",le=\"0.025\"}"));
    assertEquals(1, read.value("spillway_event_loop_lag_seconds_bucket" + loop + ",le=\"+Inf\"}"));
    assertEquals(0.02, read.value("spillway_event_loop_lag_seconds_sum" + loop + "}"), 1e-9);
  }

  @Test
  void labelsOfAnyContentStayOneLabel() {
    MetricsPage page = new MetricsPage();
    page.gauge("spillway_links", "Back\\slash and\nnew line.").value(1.5, "gateway", "a\"b\\c\nd");

    Exposition read = Exposition.of(page.text());

    assertEquals(1.5, read.value("spillway_links{gateway=\"a\\\"b\\\\c\\nd\"}"));
  }

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
