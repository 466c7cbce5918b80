package io.spillway.broker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for the disk: when it is too much, and when there is room again. */
class CommitQueueTest {
  private static final int MIB = 1 << 20;

  private final CommitQueue queue = new CommitQueue();

  @Test
  void itIsCrowdedBeyond32MibAndHasRoomWhenHalfOfThatIsDurable() throws Exception {
    for (int i = 0; i < 32; i++) {
      queue.add(entry(MIB));
    }
    assertFalse(queue.isCrowded());
    queue.add(entry(1));
    assertTrue(queue.isCrowded());
    List<String> told = new ArrayList<>();
    queue.whenRoom(() -> told.add("room"));

    List<Entry> first = queue.take(0);
    List<Entry> second = queue.take(0);
    assertTrue(queue.isCrowded(), "what was taken isn't durable yet");
    queue.done(first);
    assertEquals(List.of(), told);
    queue.done(second);
    queue.done(queue.take(0));

    assertFalse(queue.isCrowded());
    assertEquals(List.of("room"), told);
  }

  @Test
  void oneCommitTakesEightMibAndTheOrderIsKept() throws Exception {
    List<Entry> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(entry(MIB + i));
      queue.add(all.get(i));
    }

    List<Entry> taken = new ArrayList<>();
    for (List<Entry> group = queue.take(0); !group.isEmpty(); group = queue.take(0)) {
      assertTrue(group.size() <= 8, group.size() + " MiB at once");
      taken.addAll(group);
    }
    assertEquals(all, taken);
  }

  private static Entry entry(int bytes) {
    return new Entry(new ArrayList<>(), bytes, null, () -> {});
  }
}
