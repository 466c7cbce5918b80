package io.spillway.process.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Writes lines in their order on the thread {@code log}, so that an event loop never waits for a
 * terminal or a pipe. {@link #write} is for any thread. At {@link #WAITING_BYTES_MAX} further lines
 * are dropped and counted, and the count is written when there is room again.
 */
final class LineWriter {
  static final int WAITING_BYTES_MAX = 8 * 1024 * 1024;

  private static final int BATCH_BYTES = 64 * 1024;

  private static final long MORE_NANOS = 1_000_000_000;

  private final OutputStream out;
  private final BooleanSupplier hasMore;
  private final Runnable writeMore;
  private final Queue<byte[]> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread = new Thread(this::run, "log");
  private volatile boolean resting;

  /**
   * @param hasMore whether there will be something to write later; {@link #wake} when that begins
   * @param writeMore writes it, on the thread {@code log}, about every second
   */
  LineWriter(OutputStream out, BooleanSupplier hasMore, Runnable writeMore) {
    this.out = out;
    this.hasMore = hasMore;
    this.writeMore = writeMore;
    thread.setDaemon(true);
    thread.start();
  }

  void write(byte[] line) {
    if (waitingBytes.addAndGet(line.length) > WAITING_BYTES_MAX) {
      waitingBytes.addAndGet(-line.length);
      dropped.incrementAndGet();
      return;
    }
    waiting.add(line);
    wake();
  }

  /** There is something to write later now, so that an endless rest has to end. */
  void wake() {
    if (resting) {
      LockSupport.unpark(thread);
    }
  }

  void flush(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (waitingBytes.get() > 0 && System.nanoTime() < deadline) {
      LockSupport.unpark(thread);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void run() {
    byte[] batch = new byte[BATCH_BYTES];
    for (; ; ) {
      int length = 0;
      int taken = 0;
      for (byte[] line = waiting.peek(); line != null; line = waiting.peek()) {
        if (length + line.length > batch.length && length > 0) {
          break;
        }
        waiting.remove();
        taken += line.length;
        if (line.length > batch.length) {
          put(line, line.length);
        } else {
          System.arraycopy(line, 0, batch, length, line.length);
          length += line.length;
        }
      }
      put(batch, length);
      tellDropped();
      // Only now, because a flush waits for written bytes and not for taken ones.
      waitingBytes.addAndGet(-taken);
      if (hasMore.getAsBoolean()) {
        writeMore.run();
      }
      rest();
    }
  }

  private void tellDropped() {
    long count = dropped.getAndSet(0);
    if (count > 0) {
      String text = "Warning: " + count + " log lines were dropped, as nobody read them in time.\n";
      byte[] line = text.getBytes(StandardCharsets.UTF_8);
      put(line, line.length);
    }
  }

  private void put(byte[] bytes, int length) {
    if (length == 0) {
      return;
    }
    try {
      out.write(bytes, 0, length);
    } catch (IOException e) {
      // Nobody is left to tell.
    }
  }

  private void rest() {
    resting = true;
    if (waiting.isEmpty()) {
      if (hasMore.getAsBoolean()) {
        LockSupport.parkNanos(this, MORE_NANOS);
      } else {
        LockSupport.park(this);
      }
    }
    resting = false;
  }
}
