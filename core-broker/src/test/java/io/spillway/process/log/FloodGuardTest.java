package io.spillway.process.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloodGuardTest {
  private static final long WINDOW = FloodGuard.WINDOW_SECONDS * 1000L;

  private int begun;
  private final FloodGuard guard = new FloodGuard(() -> begun++);

  @Test
  void theFirstLinesPassAndTheRestIsToldWhenTheWindowIsOver() {
    int admitted = 0;
    for (int i = 0; i < 10_000; i++) {
      admitted += guard.admit("Client {} is bad.", 1000 + i % 100) ? 1 : 0;
    }

    assertEquals(FloodGuard.LINES_MAX, admitted);
    assertEquals(1, begun, "whoever tells is called once");
    assertTrue(guard.holdsBack());
    assertEquals(List.of(), told(1500));
    assertEquals(List.of("9900 Client {} is bad."), told(1000 + WINDOW));
    assertEquals(List.of(), told(1000 + 2 * WINDOW));
    assertFalse(guard.holdsBack());
  }

  @Test
  void afterTheFloodLinesPassAgain() {
    for (int i = 0; i <= FloodGuard.LINES_MAX; i++) {
      guard.admit("a", 0);
    }
    told(WINDOW);

    assertTrue(guard.admit("a", WINDOW + 1));
  }

  @Test
  void otherLinesPassMeanwhile() {
    for (int i = 0; i < 1000; i++) {
      guard.admit("a", 0);
    }

    assertTrue(guard.admit("b", 0));
  }

  @Test
  void aTrickleNeverLosesALine() {
    for (int i = 0; i < 1000; i++) {
      assertTrue(guard.admit("a", i * WINDOW / 50));
    }
    assertFalse(guard.holdsBack());
  }

  @Test
  void messagesMadeUpEachTimeTakeNoMemory() {
    for (int i = 0; i < 100_000; i++) {
      assertTrue(guard.admit("Client " + i + " is bad.", 0));
    }
  }

  private List<String> told(long now) {
    List<String> told = new ArrayList<>();
    guard.tell(now, (pattern, count) -> told.add(count + " " + pattern));
    return told;
  }
}
