package io.spillway.broker.store;

import io.spillway.broker.store.Values.DeliveryFacts;
import io.spillway.broker.store.Values.MessageFacts;
import io.spillway.mqtt.Message;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the database from end to end, once at the start, on the loading thread. Messages that wait
 * in queues stay where they are. What has expired meanwhile, and what belongs to nobody any more,
 * is removed on the way.
 */
final class StoreLoader {
  private static final Logger log = LoggerFactory.getLogger(StoreLoader.class);

  /** A load that takes longer tells how far it is, again and again. */
  private static final long PROGRESS_NANOS = Duration.ofSeconds(2).toNanos();

  private static final int REMOVED_BYTES = 1 << 20;

  private final Database database;
  private final DeliveryIndex index;
  private final StoreReader reader;
  private final WriteBatch removed = new WriteBatch();

  /** Of the messages that several deliveries refer to: they stay in the database. */
  private final Map<Long, MessageFacts> bodies = new HashMap<>();

  private final long now = System.currentTimeMillis();
  private final long started = System.nanoTime();
  private long told = started;

  private long retained;
  private long sessions;
  private long deliveryCount;

  /** The session that the next keys belong to; -1 before the first. */
  private long sessionId = -1;

  /** Whether that session has a record of its own; what belongs to one without is removed. */
  private boolean known;

  /** Its deliveries by sequence, until their packet identifiers have come. */
  private final Map<Long, DeliveryFacts> deliveries = new LinkedHashMap<>();

  private final Map<Long, Integer> packetIds = new HashMap<>();

  StoreLoader(Database database, DeliveryIndex index, StoreReader reader) {
    this.database = database;
    this.index = index;
    this.reader = reader;
  }

  void load() {
    try (removed;
        RocksIterator iterator = database.iterator()) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        entry(iterator.key(), iterator.value());
        tellProgress();
      }
      iterator.status();
      endSession();
      removeUnreferenced();
      database.write(removed, true);
    } catch (RocksDBException e) {
      throw database.failure(e);
    } catch (RuntimeException e) {
      // Whatever a decoder stumbles over, the record isn't what was written.
      throw database.damaged(e);
    }
    if (told != started) {
      tell("Loaded");
    }
  }

  private void entry(byte[] key, byte[] value) throws RocksDBException {
    switch (key[0]) {
      case Keys.FORMAT -> {
        // Was checked before.
      }
      case Keys.BODY ->
          bodies.put(ByteBuffer.wrap(key).getLong(1), Values.messageFacts(ByteBuffer.wrap(value)));
      case Keys.RETAINED -> retained(key, value);
      case Keys.SESSION -> belowSession(key, value);
      default -> throw new IllegalStateException("unknown record " + key[0]);
    }
  }

  private void retained(byte[] key, byte[] value) throws RocksDBException {
    Message message = Values.retainedMessage(value);
    if (message.expired(now)) {
      remove(key);
      return;
    }
    retained++;
    reader.retained(Values.retainedSequence(value), message);
  }

  private void belowSession(byte[] key, byte[] value) throws RocksDBException {
    long id = ByteBuffer.wrap(key).getLong(Keys.SESSION_ID_OFFSET);
    if (id != sessionId) {
      endSession();
      sessionId = id;
      known = false;
    }
    byte kind = key[Keys.KIND_OFFSET];
    if (kind == Keys.RECORD) {
      known = true;
      sessions++;
      index.addSession(id);
      reader.session(Values.session(id, value));
    } else if (!known) {
      remove(key);
    } else {
      ofSession(kind, key, value);
    }
  }

  private void ofSession(byte kind, byte[] key, byte[] value) throws RocksDBException {
    switch (kind) {
      case Keys.SUBSCRIPTION ->
          reader.subscription(
              sessionId, Values.subscription(Keys.text(key, Keys.REST_OFFSET), value));
      case Keys.DELIVERY -> delivery(key, value);
      case Keys.PACKET_ID -> packetId(key, value);
      case Keys.RECEIVED ->
          reader.received(sessionId, ByteBuffer.wrap(key).getShort(Keys.REST_OFFSET) & 0xFFFF);
      default -> throw new IllegalStateException("unknown record " + kind + " of a session");
    }
  }

  private void delivery(byte[] key, byte[] value) {
    deliveries.put(
        ByteBuffer.wrap(key).getLong(Keys.REST_OFFSET), Values.deliveryFacts(sessionId, value));
  }

  private void packetId(byte[] key, byte[] value) throws RocksDBException {
    long sequence = ByteBuffer.wrap(key).getLong(Keys.REST_OFFSET);
    if (deliveries.containsKey(sequence)) {
      packetIds.put(sequence, Values.packetId(value));
    } else {
      remove(key);
    }
  }

  /** Hands over the deliveries of the session that is complete now. */
  private void endSession() throws RocksDBException {
    for (Map.Entry<Long, DeliveryFacts> entry : deliveries.entrySet()) {
      deliver(entry.getKey(), entry.getValue());
    }
    deliveries.clear();
    packetIds.clear();
  }

  private void deliver(long sequence, DeliveryFacts facts) throws RocksDBException {
    int packetId = packetIds.getOrDefault(sequence, 0);
    boolean released = facts.released();
    boolean refers = facts.inline() == null && !released;
    MessageFacts message = refers ? bodies.get(sequence) : facts.inline();
    if (refers && message == null) {
      throw new IllegalStateException("message " + sequence + " is missing");
    }
    // One that has a packet identifier may have reached the client, and is carried to its end.
    if (packetId == 0 && !released && now >= message.expiresAt()) {
      remove(Keys.delivery(sessionId, sequence));
      return;
    }
    if (refers) {
      index.refer(sessionId, sequence);
    }
    if (packetId != 0) {
      index.assign(sessionId, sequence);
    }
    deliveryCount++;
    reader.delivery(
        new LoadedDelivery(
            sequence,
            facts.delivery(),
            released ? 0 : message.size(),
            released ? Message.NEVER : message.expiresAt(),
            packetId == 0 || released ? null : database.message(sessionId, sequence),
            packetId,
            released));
  }

  private void removeUnreferenced() throws RocksDBException {
    for (long sequence : bodies.keySet()) {
      if (!index.isReferred(sequence)) {
        remove(Keys.body(sequence));
      }
    }
  }

  private void remove(byte[] key) throws RocksDBException {
    removed.delete(key);
    if (removed.getDataSize() > REMOVED_BYTES) {
      database.write(removed, false);
      removed.clear();
    }
  }

  private void tellProgress() {
    if (System.nanoTime() - told > PROGRESS_NANOS) {
      told = System.nanoTime();
      tell("Loading the store:");
    }
  }

  private void tell(String beginning) {
    log.info(
        "{} {} retained messages, {} sessions with {} queued messages, {} s.",
        beginning,
        retained,
        sessions,
        deliveryCount,
        (System.nanoTime() - started) / 1_000_000_000);
  }
}
