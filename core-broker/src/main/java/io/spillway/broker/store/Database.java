package io.spillway.broker.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Checkpoint;
import org.rocksdb.CompressionType;
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
 * RocksDB with our settings, and its errors in our words. Reads happen at the start only, so there
 * is next to no cache; what is written and removed again soon never reaches more than the log.
 * Owned by one thread at a time: the loading one, then the commit thread.
 */
final class Database implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 << 20;
  private static final int CACHE_BYTES = 4 << 20;
  private static final int LOG_BYTES = 1 << 20;

  private final StoreDirectory directory;
  private final LRUCache cache = new LRUCache(CACHE_BYTES);
  private final Options options = new Options();
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final WriteOptions unsynced = new WriteOptions();

  /** Null while it is closed after an error. */
  private RocksDB rocks;

  private Database(StoreDirectory directory) {
    this.directory = directory;
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
    Database database = new Database(directory);
    try {
      if (!Files.exists(directory.database())) {
        database.create();
      }
      database.openExisting(directory.database());
      database.checkFormat();
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

  void write(WriteBatch batch, boolean sync) throws RocksDBException {
    rocks.write(sync ? synced : unsynced, batch);
  }

  /** Makes durable what was written without. */
  void sync() throws RocksDBException {
    rocks.syncWal();
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
    openExisting(directory.database());
  }

  /** In words for the user. */
  StoreFailure failure(RocksDBException e) {
    Status status = e.getStatus();
    Status.Code code = status == null ? Status.Code.Undefined : status.getCode();
    return switch (code) {
      case Corruption, InvalidArgument, NotFound -> damaged(e);
      default -> new StoreFailure(directory.path() + " can't be used: " + reason(e), e);
    };
  }

  StoreFailure damaged(Exception e) {
    return new StoreFailure(
        directory.path()
            + " is damaged ("
            + e.getMessage()
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
  }

  private void closeRocks() {
    if (rocks != null) {
      rocks.close();
      rocks = null;
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

  private void openExisting(Path path) throws RocksDBException {
    rocks = RocksDB.open(options, path.toString());
  }

  private void checkFormat() throws RocksDBException {
    byte[] format = rocks.get(Keys.format());
    if (format == null || format.length != Integer.BYTES) {
      throw damaged(new IllegalStateException("it has no format version"));
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
