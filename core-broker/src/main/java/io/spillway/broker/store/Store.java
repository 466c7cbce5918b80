package io.spillway.broker.store;

import io.spillway.mqtt.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What must outlive the process: sessions, their subscriptions and deliveries, retained messages.
 * Writes come from any home and return at once; those of one thread take effect in their order, and
 * so do those of two threads where one ended its batch before it handed something to the other.
 * Each is durable when a {@link #commit} after it has answered. What one thread writes between two
 * calls of {@link #commit} or {@link #flush} is one batch: after a crash all of it is there or
 * nothing.
 *
 * <p>Deliveries are keyed by session and sequence. A sequence is given once per routed message and
 * grows per publisher, so a session's deliveries in the order of their sequences are in the order
 * of each publisher.
 */
public interface Store extends AutoCloseable {
  /**
   * Reads everything back, each session before what belongs to it, its deliveries in the order of
   * their sequences. Once, before the first write.
   */
  void load(StoreReader reader);

  /** Also replaces what was known of the session itself. */
  void putSession(StoredSession session);

  /** Removes the session and everything below it. */
  void removeSession(long sessionId);

  void putSubscription(long sessionId, StoredSubscription subscription);

  void removeSubscription(long sessionId, String topicFilter);

  /**
   * Keeps a message for the sessions named: inline for one, by reference for many, as the
   * implementation sees fit. Called once per sequence; the body may go when the last of its
   * deliveries was removed or released. A session may have been removed while the message was on
   * its way: what is written for unknown sessions may be left out, or be loaded and ignored.
   */
  void putDeliveries(long sequence, Message message, List<StoredDelivery> deliveries);

  /** The delivery has been given a packet identifier (QoS 2). */
  void assignPacketId(long sessionId, long sequence, int packetId);

  /** The client has sent PUBREC: from now on only PUBREL is sent, and the body isn't needed. */
  void release(long sessionId, long sequence, int packetId);

  /** The delivery is complete, expired or dropped. Unknown ones are ignored. */
  void removeDelivery(long sessionId, long sequence);

  /** A QoS 2 message with this packet identifier has been taken from the client. */
  void putReceived(long sessionId, int packetId);

  void removeReceived(long sessionId, int packetId);

  /**
   * The topic's retained message has changed. What is kept is what {@code now} gives when the write
   * takes effect, on whichever thread that is; null: there is none any more. It is always asked, as
   * the caller keeps account of what is on its way. So, when several threads change one topic at
   * once, memory and store end alike, in whatever order their batches end.
   *
   * @param bytes about what the message takes
   */
  void putRetained(String topicName, int bytes, Supplier<StoredRetained> now);

  /**
   * Runs a task by the executor, which is a home, when everything that the calling thread wrote
   * before is durable. Tasks of one thread run in the order of their calls; many for one executor
   * may be brought to it in one go.
   */
  void commit(Executor executor, Runnable task);

  /**
   * Ends the calling thread's batch; nobody waits for it. Called at the end of a turn in which
   * something was written without a commit, and before another thread may act on what was written.
   */
  void flush();

  /** What an acknowledgement is worth, as {@code broker.store.durability} names it. */
  String durability();

  /** Whether {@link #read} gives messages back, so that they needn't stay in memory. */
  default boolean givesBack() {
    return false;
  }

  /**
   * Runs a task by the executor when what the calling thread wrote before can be read: that is at
   * the latest when it is durable. Ends the thread's batch.
   */
  default void whenReadable(Executor executor, Runnable task) {
    commit(executor, task);
  }

  /**
   * Reads the messages of a session's deliveries and gives them to {@code done} by the executor, in
   * the order of the sequences; null for one that is damaged, which has been logged. Any thread.
   */
  default void read(long sessionId, long[] sequences, Executor executor, Consumer<Message[]> done) {
    throw new UnsupportedOperationException("nothing is given back");
  }

  /** Whether so much waits to become durable that publishers should pause. Any thread. */
  default boolean isCrowded() {
    return false;
  }

  /** Runs a task when there is room again, on whichever thread makes it. Any thread. */
  default void whenRoom(Runnable task) {
    task.run();
  }

  /** Null while commits succeed in good time; otherwise what to tell. Any thread. */
  default String trouble() {
    return null;
  }

  /**
   * Makes a consistent copy of everything committed, from which a broker can start, while this one
   * goes on. Any thread but a home's; waits.
   *
   * @return the copy's directory
   * @throws StoreFailure when it can't be made
   */
  default Path backUp() {
    throw new StoreFailure("there is nothing to copy, as the store is in memory only", null);
  }

  /** Whether nothing becomes durable for now, as the disk is full or broken. Any thread. */
  default boolean isFailing() {
    return false;
  }

  @Override
  void close();
}
