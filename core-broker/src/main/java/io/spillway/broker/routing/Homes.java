package io.spillway.broker.routing;

import java.util.ArrayList;
import java.util.List;

/** All homes of the broker, made at start and never changed. Any thread. */
public final class Homes {
  private final List<Home> all;

  /** One home per executor; {@code handOverLimit} messages wait at most at each, softly. */
  public Homes(List<? extends HomeExecutor> executors, int handOverLimit) {
    List<Home> homes = new ArrayList<>();
    for (HomeExecutor executor : executors) {
      homes.add(new Home(homes.size(), executor, handOverLimit));
    }
    all = List.copyOf(homes);
  }

  public List<Home> all() {
    return all;
  }

  /** The calling thread's home, or null when it is no home's. */
  public Home current() {
    for (Home home : all) {
      if (home.inHome()) {
        return home;
      }
    }
    return null;
  }

  /**
   * Runs a task on {@code home} when no home's hand-over queue is full any more. Nobody waits: a
   * home goes on emptying its own queue meanwhile, so two full ones can't stop each other.
   */
  public void whenRoom(Home home, Runnable task) {
    for (Home other : all) {
      if (other.isFull()) {
        other.whenRoom(() -> home.execute(() -> whenRoom(home, task)));
        return;
      }
    }
    home.execute(task);
  }

  /**
   * Runs a task on {@code now} when nothing is on its way to a session by way of its home before,
   * {@code old}. Each home passes a mark on to the old one: who had read the old home before has
   * offered by then, as a home routes one message at a time, and the mark is behind that offer. On
   * {@code old}, after the session's home has been changed.
   */
  public void whenSettled(Home old, Home now, Runnable task) {
    int[] marks = {all.size()};
    for (Home home : all) {
      home.inOrder(
          () ->
              old.inOrder(
                  () -> {
                    if (--marks[0] == 0) {
                      now.inOrder(task);
                    }
                  }));
    }
  }
}
