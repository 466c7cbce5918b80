package io.spillway.testing;

import io.spillway.broker.routing.Cancellable;
import io.spillway.broker.routing.HomeExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** An event loop that a test turns by hand, with a clock that it moves by hand. */
public final class ManualLoop implements HomeExecutor {
  private record Timer(long at, long order, Runnable task) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  private final ManualLoops loops;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private List<Runnable> endOfTurn = new ArrayList<>();
  private long order;

  ManualLoop(ManualLoops loops) {
    this.loops = loops;
  }

  @Override
  public boolean inLoop() {
    return loops.current() == this;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    Timer timer = new Timer(loops.nowMillis() + delay.toMillis(), order++, task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  @Override
  public void atEndOfTurn(Runnable task) {
    endOfTurn.add(task);
  }

  @Override
  public long nowMillis() {
    return loops.nowMillis();
  }

  public boolean hasWork() {
    return !tasks.isEmpty()
        || !endOfTurn.isEmpty()
        || !timers.isEmpty() && timers.peek().at() <= loops.nowMillis();
  }

  /** Runs what was there at the call, then the end of the turn. */
  public void turn() {
    loops.on(
        this,
        () -> {
          for (int i = tasks.size(); i > 0; i--) {
            tasks.poll().run();
          }
          while (!timers.isEmpty() && timers.peek().at() <= loops.nowMillis()) {
            timers.poll().task().run();
          }
          List<Runnable> ending = endOfTurn;
          endOfTurn = new ArrayList<>();
          ending.forEach(Runnable::run);
        });
  }
}
