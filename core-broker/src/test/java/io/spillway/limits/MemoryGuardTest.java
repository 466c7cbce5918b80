package io.spillway.limits;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MemoryGuardTest {
  private double direct;

  @Test
  void theGuardDoesntFlutter() {
    MemoryGuard guard = new MemoryGuard(0.9, () -> direct);

    assertFalse(guard.isTight());
    guard.heapUsed(0.91);
    assertTrue(guard.isTight());
    guard.heapUsed(0.85);
    assertTrue(guard.isTight());
    guard.heapUsed(0.80);
    assertFalse(guard.isTight());
    direct = 0.95;
    assertTrue(guard.isTight());
    direct = 0.1;
    assertFalse(guard.isTight());
  }
}
