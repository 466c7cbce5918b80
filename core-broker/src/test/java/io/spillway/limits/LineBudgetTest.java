package io.spillway.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineBudgetTest {
  private final List<Long> told = new ArrayList<>();
  private final List<Runnable> timers = new ArrayList<>();
  private final List<Long> delays = new ArrayList<>();
  private long now = -5;
  private final LineBudget budget = new LineBudget(2, told::add, () -> now, this::start);

  @Test
  void theRestIsToldWhenThePeriodIsOverAlthoughNothingFollows() {
    now += 100;
    assertEquals(List.of(true, true, false, false, false), take(5));
    assertEquals(List.of(LineBudget.PERIOD_NANOS - 100), delays, "one timer, to the period's end");

    now += LineBudget.PERIOD_NANOS - 100;
    timers.get(0).run();

    assertEquals(List.of(3L), told);
    assertTrue(budget.take());
  }

  @Test
  void aLineThatComesBeforeTheTimerTellsTheRestAndTheTimerNothing() {
    take(3);
    now += LineBudget.PERIOD_NANOS;
    assertTrue(budget.take());
    assertEquals(List.of(1L), told);

    timers.get(0).run();

    assertEquals(List.of(1L), told);
  }

  @Test
  void aLateTimerLeavesTheNextPeriodsRestToItsOwn() {
    take(3);
    now += LineBudget.PERIOD_NANOS;
    assertEquals(List.of(true, true, false), take(3));
    timers.get(0).run();
    assertEquals(List.of(1L), told);

    now += LineBudget.PERIOD_NANOS;
    timers.get(1).run();

    assertEquals(List.of(1L, 1L), told);
  }

  @Test
  void whoKeepsWithinTheBudgetStartsNoTimer() {
    for (int i = 0; i < 100; i++) {
      assertEquals(List.of(true, true), take(2));
      now += LineBudget.PERIOD_NANOS;
    }

    assertEquals(List.of(), delays);
    assertFalse(told.contains(0L));
  }

  private List<Boolean> take(int times) {
    List<Boolean> taken = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      taken.add(budget.take());
    }
    return taken;
  }

  private void start(Runnable task, long nanos) {
    timers.add(task);
    delays.add(nanos);
  }
}
