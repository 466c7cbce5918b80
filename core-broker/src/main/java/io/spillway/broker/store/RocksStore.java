package io.spillway.broker.store;

import io.spillway.mqtt.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The store on disk, in RocksDB. A home collects its changes in a batch of its own and gives it to
 * the one commit thread, which brings whatever waits to the disk in one write and one sync. Batches
 * take effect in the order in which they were ended. Opened and loaded by the main thread, written
 * by the homes, closed by the main thread.
 */
public final class RocksStore implements Store {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private static final Duration BACKUP_TIMEOUT = Duration.ofSeconds(60);

  /** A disk that takes longer for a commit isn't one to rely on. */
  private static final long SLOW_MILLIS = 10_000;

  /** What a change holds in memory besides its bytes, about. */
  private static final int CHANGE_BYTES = 96;

  /** The changes of one thread that haven't been given to the commit thread. */
  private static final class Open {
    List<Change> changes = new ArrayList<>();
    long bytes;
  }

  private final StoreDirectory directory;
  private final Database database;
  private final boolean waiting;
  private final CommitQueue queue = new CommitQueue();
  private final DeliveryIndex index = new DeliveryIndex();
  private final CommitFigures figures = new CommitFigures();
  private final CommitThread thread;
  private final MessageReader messages;
  private final ThreadLocal<Open> open = ThreadLocal.withInitial(Open::new);
  private boolean started;

  private RocksStore(StoreDirectory directory, Database database, Duration syncWithin) {
    this.directory = directory;
    this.database = database;
    this.waiting = syncWithin.isZero();
    this.thread = new CommitThread(queue, index, database, syncWithin, figures);
    this.messages = new MessageReader(database);
  }

  /**
   * Opens the store in a directory, which is made if there is none.
   *
   * @param syncWithin zero: {@link #commit} answers when all is on the disk; otherwise it answers
   *     at once, and all is on the disk at most so much later
   * @throws StoreFailure when it can't be opened
   */
  public static RocksStore open(Path path, Duration syncWithin) {
    StoreDirectory directory = StoreDirectory.take(path);
    try {
      NativeCode.load(directory.nativeCode());
      return new RocksStore(directory, Database.open(directory), syncWithin);
    } catch (IOException e) {
      directory.close();
      throw new StoreFailure(path + " can't be used: " + StoreDirectory.reason(e), e);
    } catch (StoreFailure e) {
      directory.close();
      throw e;
    }
  }

  public CommitFigures figures() {
    return figures;
  }

  @Override
  public void load(StoreReader reader) {
    new StoreLoader(database, index, reader).load();
    started = true;
    thread.start();
  }

  @Override
  public void putSession(StoredSession session) {
    byte[] key = Keys.record(session.sessionId());
    byte[] value = Values.session(session);
    change(
        value.length,
        (batch, index) -> {
          index.addSession(session.sessionId());
          batch.put(key, value);
        });
  }

  @Override
  public void removeSession(long sessionId) {
    change(
        0,
        (batch, index) -> {
          // Most sessions were never stored.
          if (index.removeSession(sessionId, body -> deleteBody(batch, body))) {
            batch.deleteRange(Keys.session(sessionId), Keys.session(sessionId + 1));
          }
        });
  }

  @Override
  public void putSubscription(long sessionId, StoredSubscription subscription) {
    put(
        Keys.subscription(sessionId, subscription.topicFilter()),
        Values.subscription(subscription));
  }

  @Override
  public void removeSubscription(long sessionId, String topicFilter) {
    delete(Keys.subscription(sessionId, topicFilter));
  }

  @Override
  public void putDeliveries(long sequence, Message message, List<StoredDelivery> deliveries) {
    byte[] body = message.toBytes();
    if (deliveries.size() == 1) {
      StoredDelivery one = deliveries.get(0);
      put(Keys.delivery(one.sessionId(), sequence), Values.delivery(one, body));
      return;
    }
    put(Keys.body(sequence), body);
    for (StoredDelivery delivery : deliveries) {
      long sessionId = delivery.sessionId();
      byte[] key = Keys.delivery(sessionId, sequence);
      byte[] value = Values.delivery(delivery, null);
      change(
          key.length + value.length,
          (batch, index) -> {
            index.refer(sessionId, sequence);
            batch.put(key, value);
          });
    }
  }

  @Override
  public void assignPacketId(long sessionId, long sequence, int packetId) {
    change(
        0,
        (batch, index) -> {
          index.assign(sessionId, sequence);
          batch.put(Keys.packetId(sessionId, sequence), Values.packetId(packetId));
        });
  }

  @Override
  public void release(long sessionId, long sequence, int packetId) {
    change(
        0,
        (batch, index) -> {
          index.assign(sessionId, sequence);
          batch.put(Keys.delivery(sessionId, sequence), Values.released());
          batch.put(Keys.packetId(sessionId, sequence), Values.packetId(packetId));
          if (index.unrefer(sessionId, sequence)) {
            batch.delete(Keys.body(sequence));
          }
        });
  }

  @Override
  public void removeDelivery(long sessionId, long sequence) {
    change(
        0,
        (batch, index) -> {
          batch.delete(Keys.delivery(sessionId, sequence));
          if (index.unassign(sessionId, sequence)) {
            batch.delete(Keys.packetId(sessionId, sequence));
          }
          if (index.unrefer(sessionId, sequence)) {
            batch.delete(Keys.body(sequence));
          }
        });
  }

  @Override
  public void putReceived(long sessionId, int packetId) {
    put(Keys.received(sessionId, packetId), new byte[0]);
  }

  @Override
  public void removeReceived(long sessionId, int packetId) {
    delete(Keys.received(sessionId, packetId));
  }

  @Override
  public void putRetained(String topicName, int bytes, Supplier<StoredRetained> now) {
    byte[] key = Keys.retained(topicName);
    change(
        key.length + bytes,
        (batch, index) -> {
          StoredRetained retained = now.get();
          if (retained == null) {
            batch.delete(key);
          } else {
            batch.put(key, Values.retained(retained.sequence(), retained.message()));
          }
        });
  }

  @Override
  public void commit(Executor executor, Runnable task) {
    if (waiting) {
      give(executor, task);
    } else {
      flush();
      task.run();
    }
  }

  @Override
  public void flush() {
    if (!open.get().changes.isEmpty()) {
      give(null, null);
    }
  }

  @Override
  public String durability() {
    return waiting ? "commit" : "async";
  }

  @Override
  public boolean givesBack() {
    return true;
  }

  @Override
  public void whenReadable(Executor executor, Runnable task) {
    give(executor, task);
  }

  @Override
  public void read(long sessionId, long[] sequences, Executor executor, Consumer<Message[]> done) {
    messages.read(sessionId, sequences, executor, done);
  }

  @Override
  public boolean isCrowded() {
    return queue.isCrowded();
  }

  @Override
  public void whenRoom(Runnable task) {
    queue.whenRoom(task);
  }

  @Override
  public boolean isFailing() {
    return thread.failure() != null;
  }

  @Override
  public String trouble() {
    String failure = thread.failure();
    if (failure != null) {
      return "the store can't write: " + failure;
    }
    long millis = figures.nanosUnderWay() / 1_000_000;
    return millis > SLOW_MILLIS ? "the store has not committed for " + millis + " ms" : null;
  }

  @Override
  public Path backUp() {
    CompletableFuture<Path> done = new CompletableFuture<>();
    // Behind all that waits, and on the thread that owns the database.
    give(
        Runnable::run,
        () -> {
          try {
            done.complete(database.copyTo(directory.newBackup()));
          } catch (StoreFailure e) {
            done.completeExceptionally(e);
          } catch (IOException e) {
            done.completeExceptionally(new StoreFailure(StoreDirectory.reason(e), e));
          } catch (RocksDBException e) {
            done.completeExceptionally(new StoreFailure(Database.reason(e), e));
          }
        });
    try {
      return done.get(BACKUP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new StoreFailure("it takes more than " + BACKUP_TIMEOUT.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw (StoreFailure) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure("the broker is stopping", e);
    }
  }

  @Override
  public void close() {
    messages.close();
    if (started) {
      thread.end(CLOSE_TIMEOUT);
    } else {
      database.close();
    }
    directory.close();
  }

  private void put(byte[] key, byte[] value) {
    change(key.length + value.length, (batch, index) -> batch.put(key, value));
  }

  private void delete(byte[] key) {
    change(key.length, (batch, index) -> batch.delete(key));
  }

  private static void deleteBody(WriteBatch batch, long sequence) {
    try {
      batch.delete(Keys.body(sequence));
    } catch (RocksDBException e) {
      throw new IllegalStateException("a batch in memory", e);
    }
  }

  private void change(int bytes, Change change) {
    Open mine = open.get();
    mine.changes.add(change);
    mine.bytes += CHANGE_BYTES + bytes;
  }

  private void give(Executor executor, Runnable task) {
    Open mine = open.get();
    if (mine.changes.isEmpty()) {
      queue.add(new Entry(List.of(), CHANGE_BYTES, executor, task));
      return;
    }
    queue.add(new Entry(mine.changes, CHANGE_BYTES + mine.bytes, executor, task));
    mine.changes = new ArrayList<>(4);
    mine.bytes = 0;
  }
}
