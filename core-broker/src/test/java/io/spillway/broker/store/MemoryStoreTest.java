package io.spillway.broker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {
  @Test
  void aChangeOfARetainedMessageIsTakenUpAtOnceSoThatNobodyHasToRememberIt() {
    List<String> asked = new ArrayList<>();

    new MemoryStore()
        .putRetained(
            "t",
            1,
            () -> {
              asked.add("t");
              return null;
            });

    assertEquals(List.of("t"), asked);
  }
}
