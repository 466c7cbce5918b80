package io.spillway.broker.store;

import io.spillway.mqtt.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with our settings, and its errors in our words. Reads happen at the start and, in small
 * batches, for long queues, so there is next to no cache; what is written and removed again soon
 * never reaches more than the log. Owned by one thread at a time: the loading one, then the commit
 * thread; {@link #message} may be called on another.
 */
final class Database implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 << 20;
  private static final int CACHE_BYTES = 4 << 20;
  private static final int LOG_BYTES = 1 << 20;

  private final StoreDirectory directory;
  private final CommitMark mark;
  private final LRUCache cache = new LRUCache(CACHE_BYTES);
  private final Options options;
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final WriteOptions unsynced = new WriteOptions();

  /** Held while others than the owner read, and exclusively while it is opened or closed. */
  private final ReadWriteLock opening = new ReentrantReadWriteLock();

  /** Null while it is closed after an error. */
  private RocksDB rocks;

  private Database(StoreDirectory directory, CommitMark mark) {
    this.directory = directory;
    this.mark = mark;
    this.options = withoutOwnSetter("track_and_verify_wals_in_manifest", "true");
    options
        .setWriteBufferSize(BUFFER_BYTES)
        .setMaxWriteBufferNumber(3)
        // A page's rest is missing after a power cut, as a file's length grows with its content;
        // anything else is damage, and damage isn't passed over.
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setParanoidChecks(true)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setLevelCompactionDynamicLevelBytes(true)
        .setMaxOpenFiles(256)
        .setMaxBackgroundJobs(2)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(LOG_BYTES)
        .setKeepLogFileNum(2);
    options.setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
  }

  /** Opens the directory's database, or makes an empty one where there is none. */
  static Database open(StoreDirectory directory) {
    Database database = new Database(directory, directory.mark());
    try {
      if (!Files.exists(directory.database())) {
        database.expectNothing();
        database.create();
      }
      database.openExisting();
      database.checkFormat();
      database.checkComplete();
      return database;
    } catch (IOException e) {
      database.close();
      throw new StoreFailure(directory.path() + " can't be used: " + StoreDirectory.reason(e), e);
    } catch (RocksDBException e) {
      database.close();
      throw database.failure(e);
    } catch (StoreFailure e) {
      database.close();
      throw e;
    }
  }

  RocksIterator iterator() {
    return rocks.newIterator();
  }

  /** The message of a delivery that waits; null when there is none. Any thread; waits. */
  Message message(long sessionId, long sequence) throws RocksDBException {
    opening.readLock().lock();
    try {
      if (rocks == null) {
        throw new RocksDBException("it is closed");
      }
      byte[] delivery = rocks.get(Keys.delivery(sessionId, sequence));
      if (delivery == null) {
        return null;
      }
      Message inline = Values.delivery(sessionId, delivery).message();
      byte[] body = inline == null ? rocks.get(Keys.body(sequence)) : null;
      return body == null ? inline : Message.fromBytes(body);
    } finally {
      opening.readLock().unlock();
    }
  }

  void write(WriteBatch batch, boolean sync) throws RocksDBException {
    rocks.write(sync ? synced : unsynced, batch);
    if (sync) {
      mark.advance(rocks.getLatestSequenceNumber());
    }
  }

  /** Makes durable what was written without. */
  void sync() throws RocksDBException {
    rocks.syncWal();
    mark.advance(rocks.getLatestSequenceNumber());
  }

  /** Makes a copy in a directory of its own; files that don't change any more are linked. */
  Path copyTo(Path backup) throws RocksDBException {
    if (rocks == null) {
      throw new StoreFailure("the store can't be written at the moment", null);
    }
    try (Checkpoint checkpoint = Checkpoint.create(rocks)) {
      checkpoint.createCheckpoint(backup.resolve("database").toString());
    }
    return backup;
  }

  /** Whether the last error, which ended the database's work, may have passed. */
  void reopen() throws RocksDBException {
    closeRocks();
    openExisting();
  }

  /** In words for the user. */
  StoreFailure failure(RocksDBException e) {
    Status status = e.getStatus();
    Status.Code code = status == null ? Status.Code.Undefined : status.getCode();
    if (e.getMessage() != null && e.getMessage().contains("No such file")) {
      return damaged(e); // A file that another names, as the directory itself is there.
    }
    return switch (code) {
      case Corruption, InvalidArgument, NotFound -> damaged(e);
      default -> new StoreFailure(directory.path() + " can't be used: " + reason(e), e);
    };
  }

  StoreFailure damaged(Exception e) {
    return damaged(e.getMessage(), e);
  }

  private StoreFailure damaged(String what) {
    return damaged(what, null);
  }

  private StoreFailure damaged(String what, Exception e) {
    return new StoreFailure(
        directory.path()
            + " is damaged ("
            + what
            + "). Nothing was changed. Put a copy of the directory from a backup in its place; or"
            + " move it away to start with an empty one, without its sessions, queued and retained"
            + " messages",
        e);
  }

  static String reason(RocksDBException e) {
    Status status = e.getStatus();
    if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
      return "no space left on the device";
    }
    return e.getMessage();
  }

  @Override
  public void close() {
    closeRocks();
    options.close();
    synced.close();
    unsynced.close();
    cache.close();
    mark.close();
  }

  private void closeRocks() {
    opening.writeLock().lock();
    try {
      if (rocks != null) {
        rocks.close();
        rocks = null;
      }
    } finally {
      opening.writeLock().unlock();
    }
  }

  /** Under another name until it is whole: one without its first record is a damaged one. */
  private void create() throws IOException, RocksDBException {
    Path draft = directory.emptyDraft();
    options.setCreateIfMissing(true);
    try (RocksDB made = RocksDB.open(options, draft.toString())) {
      made.put(synced, Keys.format(), Values.number(Values.FORMAT));
    }
    options.setCreateIfMissing(false);
    directory.adopt(draft);
  }

  /** The empty place where a database should be is no beginning if there has been one. */
  private void expectNothing() throws IOException {
    if (mark.read() > 0) {
      throw damaged("its database is missing");
    }
  }

  /** What lacks files, or the end of one, is no crash's work, as everything was synced. */
  private void checkComplete() throws IOException {
    long committed = mark.read();
    long found = rocks.getLatestSequenceNumber();
    if (found < committed) {
      throw damaged(
          "its database has come to change "
              + found
              + " of "
              + committed
              + " that were committed: a file is missing, cut off or older than the others");
    }
  }

  /** With an option of the database that its Java interface has no method for. */
  private static Options withoutOwnSetter(String name, String value) {
    Properties properties = new Properties();
    properties.setProperty(name, value);
    try (DBOptions ofDatabase = DBOptions.getDBOptionsFromProps(properties);
        ColumnFamilyOptions ofColumns = new ColumnFamilyOptions()) {
      return new Options(ofDatabase, ofColumns);
    }
  }

  private void openExisting() throws RocksDBException {
    opening.writeLock().lock();
    try {
      rocks = RocksDB.open(options, directory.database().toString());
    } finally {
      opening.writeLock().unlock();
    }
  }

  private void checkFormat() throws RocksDBException {
    byte[] format = rocks.get(Keys.format());
    if (format == null || format.length != Integer.BYTES) {
      throw damaged("it has no format version");
    }
    if (Values.number(format) > Values.FORMAT) {
      throw new StoreFailure(
          directory.path()
              + " was written by a later version: format "
              + Values.number(format)
              + " (expected: at most "
              + Values.FORMAT
              + ")",
          null);
    }
  }
}
