package io.spillway.process.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Keeps a flood of bad clients from filling the disk: of warnings with one pattern, so many are
 * written per window, the rest is counted and told when the window is over. Any thread admits, the
 * thread {@code log} tells.
 */
final class FloodGuard {
  static final int LINES_MAX = 100;
  static final int WINDOW_SECONDS = 10;

  /** Patterns are constants of the program; a message that is made up each time isn't held back. */
  private static final int PATTERNS_MAX = 500;

  private static final long WINDOW_MILLIS = WINDOW_SECONDS * 1000L;

  private final Map<String, Window> windows = new ConcurrentHashMap<>();
  private final Runnable begun;
  private volatile boolean holdsBack;

  /** {@code begun} runs on the caller's thread when there is something to tell that wasn't. */
  FloodGuard(Runnable begun) {
    this.begun = begun;
  }

  /** Whether the line may be written. */
  boolean admit(String pattern, long nowMillis) {
    Window window = windows.get(pattern);
    if (window == null) {
      if (windows.size() >= PATTERNS_MAX) {
        windows.values().removeIf(old -> old.isOver(nowMillis) && old.heldBack() == 0);
        if (windows.size() >= PATTERNS_MAX) {
          return true;
        }
      }
      window = windows.computeIfAbsent(pattern, same -> new Window(nowMillis));
    }
    boolean admitted = window.admit(nowMillis);
    if (!admitted && !holdsBack) {
      holdsBack = true;
      begun.run();
    }
    return admitted;
  }

  /** Whether something is left to tell. */
  boolean holdsBack() {
    return holdsBack;
  }

  /** Tells the windows that are over: the pattern, and how many lines of it were held back. */
  void tell(long nowMillis, BiConsumer<String, Long> told) {
    if (!holdsBack) {
      return;
    }
    // Before the look, so that one that begins meanwhile is looked at again.
    holdsBack = false;
    windows.forEach(
        (pattern, window) -> {
          long count = window.take(nowMillis);
          if (count > 0) {
            told.accept(pattern, count);
          } else if (window.heldBack() > 0) {
            holdsBack = true;
          }
        });
  }

  /** One pattern's lines since {@code begin}. */
  private static final class Window {
    private long begin;
    private long lines;

    Window(long begin) {
      this.begin = begin;
    }

    synchronized boolean admit(long now) {
      // What was held back is told before a new window begins.
      if (isOver(now) && heldBack() == 0) {
        begin = now;
        lines = 0;
      }
      return ++lines <= LINES_MAX;
    }

    synchronized long take(long now) {
      if (!isOver(now)) {
        return 0;
      }
      long count = heldBack();
      begin = now;
      lines = 0;
      return count;
    }

    synchronized boolean isOver(long now) {
      return now - begin >= WINDOW_MILLIS;
    }

    synchronized long heldBack() {
      return Math.max(0, lines - LINES_MAX);
    }
  }
}
