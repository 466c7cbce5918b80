package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class IoThreadsTest {
  @Test
  void oneProcessorIsLeftToOthersWhereThereAreSeveral() {
    assertEquals(1, IoThreads.of(0, 1));
    assertEquals(1, IoThreads.of(0, 2));
    assertEquals(7, IoThreads.of(0, 8));
  }

  @Test
  void whatIsConfiguredIsTaken() {
    assertEquals(3, IoThreads.of(3, 2));
  }
}
