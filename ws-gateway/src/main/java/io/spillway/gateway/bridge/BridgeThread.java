package io.spillway.gateway.bridge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.spillway.link.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/**
 * What the browsers of one I/O thread have in common: the list of those with something to flush,
 * the timer that looks after all of them, and buffers.
 *
 * <p>Thread: its I/O thread. Lifetime: the bridge's.
 */
final class BridgeThread {
  /** How often time limits are looked at; they may be late by this much. */
  private static final long SWEEP_MILLIS = 250;

  /**
   * Packets a millisecond for browsers from which on a thread is under load: written one by one
   * they would take about a third of its time.
   */
  private static final int LOADED_PACKETS_PER_MILLI = 30;

  /** What may gather in joint frames before they leave early. */
  private static final int DIRTY_PACKETS_MAX = 20_000;

  private static final long DRAIN_STEP_MILLIS = 20;

  /** A thousand a second are no storm. */
  private static final int DRAIN_AT_A_TIME_MIN = 20;

  private final XnioIoThread ioThread;
  private final ByteBufAllocator allocator;
  private final BridgeSettings settings;
  private final Outbox.Limits outboxLimits;
  private final long frameDelayNanos;
  private final ByteBuf[] parts = new ByteBuf[1];
  private final FrameBuffers frameBuffers;
  private final List<Browser> browsers = new ArrayList<>();

  /** For other threads. */
  private volatile int browserCount;

  /** Of the browsers that are gone. */
  private final EdgeTotals.Sum gone = new EdgeTotals.Sum();

  /** Of all browsers as of the last sweep; for other threads. */
  private volatile EdgeTotals totals = EdgeTotals.NONE;

  private final CloseCounts closes;

  /** Told when the last browser has gone; null unless the gateway is stopping. */
  private CountDownLatch empty;

  private List<Browser> dirty = new ArrayList<>();
  private List<Browser> flushing = new ArrayList<>();
  private XnioExecutor.Key sweep;

  /** Packets since the window began; the last whole window's decide whether there is load. */
  private int packets;

  private long windowBegan;
  private boolean loaded;

  /** A flush is due when the delay is over. */
  private boolean delayed;

  BridgeThread(
      XnioIoThread ioThread,
      ByteBufAllocator allocator,
      BridgeSettings settings,
      Outbox.Limits outboxLimits,
      CloseCounts closes) {
    this.ioThread = ioThread;
    this.allocator = allocator;
    this.frameBuffers = new FrameBuffers(allocator);
    this.settings = settings;
    this.outboxLimits = outboxLimits;
    this.closes = closes;
    this.frameDelayNanos = settings.frameDelayMax().toNanos();
  }

  ByteBufAllocator allocator() {
    return allocator;
  }

  BridgeSettings settings() {
    return settings;
  }

  Outbox.Limits outboxLimits() {
    return outboxLimits;
  }

  int frameBytesMax() {
    return settings.frameBytesMax();
  }

  /** A buffer to join packets in. */
  ByteBuf takeFrame(int capacity) {
    return frameBuffers.take(capacity);
  }

  /**
   * @param frame from {@link #takeFrame}; ownership passes
   */
  void giveFrameBack(ByteBuf frame) {
    if (sweep == null) {
      frame.release(); // The thread is ending, and nobody would look after what is kept.
    } else {
      frameBuffers.giveBack(frame);
    }
  }

  /** Scratch for a call of the connection; whoever uses it leaves nothing in it. */
  ByteBuf[] parts() {
    return parts;
  }

  void execute(Runnable task) {
    ioThread.execute(task);
  }

  /** Browsers at home here; any thread may ask. */
  int browserCount() {
    return browserCount;
  }

  /** What happened here since the start; any thread may ask. */
  EdgeTotals totals() {
    return totals;
  }

  void add(Browser browser) {
    assert Thread.currentThread() == ioThread;
    gone.accepted++;
    browser.index = browsers.size();
    browsers.add(browser);
    browserCount = browsers.size();
    if (sweep == null) {
      sweep = ioThread.executeAtInterval(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * @param closeCode how its connection ended
   */
  void remove(Browser browser, int closeCode) {
    assert Thread.currentThread() == ioThread;
    closes.add(closeCode);
    browser.addTo(gone);
    Browser last = browsers.remove(browsers.size() - 1);
    if (last != browser) {
      browsers.set(browser.index, last);
      last.index = browser.index;
    }
    browserCount = browsers.size();
    if (browsers.isEmpty()) {
      stopSweeping();
      totals = gone.totals();
      if (empty != null) {
        empty.countDown();
      }
    }
  }

  /** Before the I/O thread ends, as a timer that comes again then complains in the log. */
  void stopSweeping() {
    if (sweep != null) {
      sweep.remove();
      sweep = null;
    }
    frameBuffers.clear();
  }

  /** The browser has packets in a joint frame; it is flushed at the end of the turn. */
  void dirty(Browser browser) {
    packets++;
    if (!browser.dirty) {
      browser.dirty = true;
      dirty.add(browser);
    }
  }

  /** The batch has been delivered: flush, or wait for more under load. */
  void batchComplete() {
    if (dirty.isEmpty()) {
      return;
    }
    if (frameDelayNanos == 0 || !isLoaded() || packets >= DIRTY_PACKETS_MAX) {
      flush();
    } else if (!delayed) {
      delayed = true;
      ioThread.executeAfter(this::delayOver, frameDelayNanos, TimeUnit.NANOSECONDS);
    }
  }

  private boolean isLoaded() {
    long elapsed = System.nanoTime() - windowBegan;
    if (elapsed >= frameDelayNanos) {
      loaded = packets >= elapsed / 1_000_000.0 * LOADED_PACKETS_PER_MILLI;
      packets = 0;
      windowBegan += elapsed;
    }
    return loaded;
  }

  private void delayOver() {
    delayed = false;
    flush();
  }

  private void flush() {
    List<Browser> now = dirty;
    dirty = flushing;
    flushing = now;
    for (int i = 0; i < now.size(); i++) {
      Browser browser = now.get(i);
      browser.dirty = false;
      browser.flush();
    }
    now.clear();
  }

  private void sweep() {
    long now = System.nanoTime();
    for (int i = browsers.size() - 1; i >= 0; i--) {
      browsers.get(i).sweep(now);
    }
    frameBuffers.trim();
    EdgeTotals.Sum present = new EdgeTotals.Sum();
    for (int i = 0; i < browsers.size(); i++) {
      browsers.get(i).addTo(present);
    }
    totals = gone.totals().plus(present.totals());
  }

  /**
   * Ends every browser, so many at a time that it takes the time given, or less when there are few.
   *
   * @param told once, when none is left
   */
  void drain(Duration time, CountDownLatch told) {
    if (browsers.isEmpty()) {
      told.countDown();
      return;
    }
    empty = told;
    long steps = Math.max(1, time.toMillis() / DRAIN_STEP_MILLIS);
    int atATime = Math.max(DRAIN_AT_A_TIME_MIN, (int) (browsers.size() / steps) + 1);
    endSome(List.copyOf(browsers), 0, atATime);
  }

  private void endSome(List<Browser> all, int from, int atATime) {
    int to = Math.min(all.size(), from + atATime);
    for (Browser browser : all.subList(from, to)) {
      browser.end(CloseReason.SERVER_SHUTTING_DOWN, "the gateway is stopping");
    }
    if (to < all.size()) {
      Runnable next = () -> endSome(all, to, atATime);
      ioThread.executeAfter(next, DRAIN_STEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** A moment within the spread from now on, by {@link System#nanoTime}. */
  long withinSpread(long now) {
    long spread = settings.reconnectSpread().toNanos();
    return now + (spread == 0 ? 0 : ThreadLocalRandom.current().nextLong(spread));
  }
}
