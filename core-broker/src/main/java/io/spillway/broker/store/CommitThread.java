package io.spillway.broker.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code store-commit}: takes all that waits, writes it as one batch, makes it durable,
 * and tells those who asked. While the disk fails it keeps what it has taken and tries again, so
 * nothing is acknowledged that isn't durable, and nothing is lost when the disk is back. Ends when
 * the queue is closed and empty.
 */
final class CommitThread {
  private static final Logger log = LoggerFactory.getLogger(CommitThread.class);

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final long FOREVER = Duration.ofDays(1).toNanos();

  /** A batch keeps its memory; one that was larger than this is let go. */
  private static final long KEPT_BATCH_BYTES = 1 << 20;

  private final CommitQueue queue;
  private final DeliveryIndex index;
  private final Database database;
  private final CommitFigures figures;

  /** How long what was written may wait for its sync; zero: each write is synced. */
  private final long syncNanos;

  private final Thread thread = new Thread(this::run, "store-commit");

  private WriteBatch batch = new WriteBatch();

  /** Something was written and not synced, since then. */
  private boolean unsynced;

  private long unsyncedSince;

  /** At 0 the thread is to end even if what it holds can't be written. */
  private final CountDownLatch givingUp = new CountDownLatch(1);

  /** Null while the disk works. Read on any thread. */
  private volatile String failure;

  CommitThread(
      CommitQueue queue,
      DeliveryIndex index,
      Database database,
      Duration syncWithin,
      CommitFigures figures) {
    this.queue = queue;
    this.index = index;
    this.database = database;
    this.syncNanos = syncWithin.toNanos();
    this.figures = figures;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Null while writing succeeds, otherwise why not. Any thread. */
  String failure() {
    return failure;
  }

  /** Waits for the rest to be committed; gives up at once when the disk fails. */
  void end(Duration timeout) {
    queue.close();
    try {
      if (failure == null) {
        thread.join(Math.max(1, timeout.toMillis()));
      }
      givingUp.countDown();
      thread.join(RETRY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (queue.size() > 0 || failure != null) {
      log.error("The store was closed with changes that it couldn't write.");
    }
  }

  private void run() {
    try (database) {
      while (!queue.isClosed() || queue.size() > 0) {
        List<Entry> group = take();
        figures.begin(System.nanoTime());
        if (!write(group)) {
          return;
        }
        figures.end();
        answer(group);
        queue.done(group);
      }
      sync();
    } catch (RuntimeException e) {
      failure = "an error of ours";
      log.error("The store has stopped; nothing more is acknowledged that it should keep.", e);
    } finally {
      batch.close();
    }
  }

  private List<Entry> take() {
    long patience = unsynced ? Math.max(0, unsyncedSince + syncNanos - System.nanoTime()) : FOREVER;
    try {
      return queue.take(patience);
    } catch (InterruptedException e) {
      return List.of();
    }
  }

  /** Returns false when the thread was asked to give up meanwhile. */
  private boolean write(List<Entry> group) {
    long start = System.nanoTime();
    for (Entry entry : group) {
      apply(entry);
    }
    if (batch.count() > 0) {
      if (!persist(() -> database.write(batch, syncNanos == 0))) {
        return false;
      }
      if (syncNanos > 0 && !unsynced) {
        unsynced = true;
        unsyncedSince = start;
      }
      figures.committed(batch.count(), System.nanoTime() - start);
      renewBatch();
    }
    return !unsynced || System.nanoTime() - unsyncedSince < syncNanos || sync();
  }

  private boolean sync() {
    if (!unsynced) {
      return true;
    }
    // After an error the log that the sync was for is a new one, which was synced when it began.
    boolean done = persist(database::sync);
    unsynced = !done;
    return done;
  }

  private void renewBatch() {
    if (batch.getDataSize() > KEPT_BATCH_BYTES) {
      batch.close();
      batch = new WriteBatch();
    } else {
      batch.clear();
    }
  }

  private void apply(Entry entry) {
    try {
      for (Change change : entry.changes()) {
        change.apply(batch, index);
      }
    } catch (RocksDBException e) {
      throw new IllegalStateException("a batch in memory", e);
    }
  }

  private interface Write {
    void run() throws RocksDBException;
  }

  /** Tries until it succeeds. Returns false when asked to give up. */
  private boolean persist(Write write) {
    boolean closed = false;
    while (true) {
      try {
        if (closed) {
          database.reopen();
          closed = false;
        }
        write.run();
        recovered();
        return true;
      } catch (RocksDBException e) {
        closed = true; // It takes no writes after an error until it was opened again.
        failed(e);
        if (isGivingUpWithin(RETRY)) {
          return false;
        }
      }
    }
  }

  /** Lets the disk rest before the next try. */
  private boolean isGivingUpWithin(Duration pause) {
    try {
      return givingUp.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  private void failed(RocksDBException e) {
    String reason = Database.reason(e);
    if (failure == null) {
      log.error(
          "The store can't write: {}. QoS 1 and 2 messages that must be kept are refused or not"
              + " acknowledged until it can; QoS 0 goes on.",
          reason);
    }
    failure = reason;
  }

  private void recovered() {
    if (failure != null) {
      failure = null;
      log.warn("The store can write again; nothing that was acknowledged is missing.");
    }
  }

  /** Tells those who asked, each executor once. */
  private static void answer(List<Entry> group) {
    Map<Executor, List<Runnable>> tasks = new IdentityHashMap<>();
    for (Entry entry : group) {
      if (entry.task() != null) {
        tasks.computeIfAbsent(entry.executor(), e -> new ArrayList<>()).add(entry.task());
      }
    }
    tasks.forEach(
        (executor, all) -> {
          try {
            executor.execute(() -> all.forEach(Runnable::run));
          } catch (RejectedExecutionException e) {
            // The broker stops, and nobody is there to be told.
          }
        });
  }
}
