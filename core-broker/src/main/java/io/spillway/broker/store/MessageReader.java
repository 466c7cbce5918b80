package io.spillway.broker.store;

import io.spillway.mqtt.Message;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code store-read}: brings queued messages back from the disk for sessions that can
 * send them. What waits is bounded by its callers, as a session asks for one small batch at a time.
 * Ends before the database is closed for good.
 */
final class MessageReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MessageReader.class);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Database database;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(MessageReader::thread);

  /** What reading failed with last, or null. The thread's own. */
  private String failure;

  MessageReader(Database database) {
    this.database = database;
  }

  /** See {@link Store#read}. Any thread. */
  void read(long sessionId, long[] sequences, Executor executor, Consumer<Message[]> done) {
    Message[] messages = new Message[sequences.length];
    submit(() -> read(sessionId, sequences, messages, 0, executor, done), Duration.ZERO);
  }

  private void read(
      long sessionId,
      long[] sequences,
      Message[] messages,
      int from,
      Executor executor,
      Consumer<Message[]> done) {
    for (int i = from; i < sequences.length; i++) {
      try {
        messages[i] = read(sessionId, sequences[i]);
        failure = null;
      } catch (RocksDBException e) {
        // A disk that fails may recover; the order is kept, so everything behind waits as well.
        int next = i;
        failed(Database.reason(e));
        submit(() -> read(sessionId, sequences, messages, next, executor, done), RETRY);
        return;
      }
    }
    try {
      executor.execute(() -> done.accept(messages));
    } catch (RejectedExecutionException e) {
      // The broker stops.
    }
  }

  /** Every session that waits comes by once a second, so the same is told once. */
  private void failed(String reason) {
    if (!reason.equals(failure)) {
      failure = reason;
      log.warn("The store can't read: {}. Trying again.", reason);
    }
  }

  /** Null for what is damaged, and for what isn't there, which nobody asks for but by mistake. */
  private Message read(long sessionId, long sequence) throws RocksDBException {
    String wrong = "it isn't there";
    try {
      Message message = database.message(sessionId, sequence);
      if (message != null) {
        return message;
      }
    } catch (RocksDBException e) {
      Status status = e.getStatus();
      if (status == null || status.getCode() != Status.Code.Corruption) {
        throw e;
      }
      wrong = e.getMessage();
    } catch (RuntimeException e) {
      wrong = e.getMessage(); // Whatever a decoder stumbles over, it isn't what was written.
    }
    log.error("Message {} of session {} can't be read: {}", sequence, sessionId, wrong);
    return null;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void submit(Runnable task, Duration delay) {
    try {
      thread.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The broker stops.
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "store-read");
    thread.setDaemon(true);
    return thread;
  }
}
