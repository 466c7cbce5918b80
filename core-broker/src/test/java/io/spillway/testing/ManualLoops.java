package io.spillway.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Several loops on the test's thread, one clock, turned in an order that a seed decides. */
public final class ManualLoops {
  private static final int TURNS_MAX = 1_000_000;

  private final List<ManualLoop> loops = new ArrayList<>();
  private final Random random;
  private ManualLoop current;
  private long nowMillis = 1_000_000;

  public ManualLoops(int count, long seed) {
    random = new Random(seed);
    for (int i = 0; i < count; i++) {
      loops.add(new ManualLoop(this));
    }
  }

  public List<ManualLoop> all() {
    return loops;
  }

  public long nowMillis() {
    return nowMillis;
  }

  /** The loop whose thread the test's is right now, or null. */
  ManualLoop current() {
    return current;
  }

  /** Runs a task as if on a loop's thread. */
  public void on(ManualLoop loop, Runnable task) {
    ManualLoop before = current;
    current = loop;
    try {
      task.run();
    } finally {
      current = before;
    }
  }

  /** One turn of a loop chosen at random; false when no loop has anything to do. */
  public boolean turn() {
    List<ManualLoop> busy = loops.stream().filter(ManualLoop::hasWork).toList();
    if (busy.isEmpty()) {
      return false;
    }
    busy.get(random.nextInt(busy.size())).turn();
    return true;
  }

  /** From now on this seed decides, however many turns there were before. */
  public void orderBy(long seed) {
    random.setSeed(seed);
  }

  /** Turns all loops until none has anything to do. */
  public void run() {
    for (int i = 0; turn(); i++) {
      if (i > TURNS_MAX) {
        throw new AssertionError("the loops don't come to rest");
      }
    }
  }

  /** Moves the clock, and runs what is due by then. */
  public void pass(Duration duration) {
    nowMillis += duration.toMillis();
    run();
  }
}
