package io.spillway.broker.store;

import io.spillway.mqtt.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A store whose commits a test makes by hand, and which survives a crash with what was committed. A
 * batch ends at each commit and flush, as the interface says. One thread.
 */
public final class JournalStore implements Store {
  private record Commit(int batches, Executor executor, Runnable task) {}

  private record Key(long sessionId, long sequence) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return sequence != other.sequence
          ? Long.compare(sequence, other.sequence)
          : Long.compare(sessionId, other.sessionId);
    }
  }

  private record Kept(Message message, StoredDelivery delivery, int packetId, boolean released) {}

  private final Map<Long, StoredSession> sessions = new TreeMap<>();
  private final Map<Long, Map<String, StoredSubscription>> subscriptions = new TreeMap<>();
  private final TreeMap<Key, Kept> deliveries = new TreeMap<>();
  private final Map<Long, List<Integer>> received = new TreeMap<>();
  private final Map<String, StoredRetained> retained = new TreeMap<>();

  private final ArrayDeque<List<Runnable>> batches = new ArrayDeque<>();
  private final ArrayDeque<Commit> commits = new ArrayDeque<>();
  private List<Runnable> open = new ArrayList<>();
  private int ended;
  private int applied;
  private int reads;
  private boolean failing;
  private boolean crowded;
  private final List<Runnable> whenRoom = new ArrayList<>();

  /** Makes the first {@code count} batches durable, and answers their commits. */
  public void commitBatches(int count) {
    for (int i = 0; i < count && !batches.isEmpty(); i++) {
      batches.poll().forEach(Runnable::run);
      applied++;
    }
    while (!commits.isEmpty() && commits.peek().batches() <= applied) {
      Commit commit = commits.poll();
      commit.executor().execute(commit.task());
    }
  }

  public void commitAll() {
    commitBatches(Integer.MAX_VALUE);
  }

  public int waitingBatches() {
    return batches.size();
  }

  /** The process ends: what isn't durable is gone. */
  public void crash() {
    batches.clear();
    commits.clear();
    open = new ArrayList<>();
    ended = 0;
    applied = 0;
  }

  /** Says that it can't write. What it holds is committed when the test says, all the same. */
  public void fail(boolean failingNow) {
    failing = failingNow;
  }

  /** Says whether so much waits that publishers should pause. */
  public void crowd(boolean crowdedNow) {
    crowded = crowdedNow;
    if (!crowded) {
      whenRoom.forEach(Runnable::run);
      whenRoom.clear();
    }
  }

  @Override
  public boolean isCrowded() {
    return crowded;
  }

  @Override
  public void whenRoom(Runnable task) {
    if (crowded) {
      whenRoom.add(task);
    } else {
      task.run();
    }
  }

  @Override
  public boolean isFailing() {
    return failing;
  }

  public int deliveries() {
    return deliveries.size();
  }

  public int sessions() {
    return sessions.size();
  }

  public int retained() {
    return retained.size();
  }

  @Override
  public void load(StoreReader reader) {
    retained.values().forEach(kept -> reader.retained(kept.sequence(), kept.message()));
    sessions.values().forEach(reader::session);
    subscriptions.forEach(
        (id, byFilter) -> byFilter.values().forEach(s -> reader.subscription(id, s)));
    deliveries.forEach((key, kept) -> reader.delivery(loaded(key.sequence(), kept)));
    received.forEach((id, packetIds) -> packetIds.forEach(p -> reader.received(id, p)));
  }

  private static LoadedDelivery loaded(long sequence, Kept kept) {
    Message message = kept.message();
    return new LoadedDelivery(
        sequence,
        kept.delivery(),
        kept.released() ? 0 : message.size(),
        kept.released() ? Message.NEVER : message.expiresAt(),
        kept.released() || kept.packetId() == 0 ? null : message,
        kept.packetId(),
        kept.released());
  }

  @Override
  public String durability() {
    return "commit";
  }

  @Override
  public boolean givesBack() {
    return true;
  }

  @Override
  public void read(long sessionId, long[] sequences, Executor executor, Consumer<Message[]> done) {
    Message[] messages = new Message[sequences.length];
    for (int i = 0; i < messages.length; i++) {
      messages[i] = deliveries.get(new Key(sessionId, sequences[i])).message();
    }
    reads++;
    executor.execute(() -> done.accept(messages));
  }

  /** How often messages were asked for. */
  public int reads() {
    return reads;
  }

  @Override
  public void putSession(StoredSession session) {
    open.add(() -> sessions.put(session.sessionId(), session));
  }

  @Override
  public void removeSession(long sessionId) {
    open.add(
        () -> {
          sessions.remove(sessionId);
          subscriptions.remove(sessionId);
          received.remove(sessionId);
          deliveries.keySet().removeIf(key -> key.sessionId() == sessionId);
        });
  }

  @Override
  public void putSubscription(long sessionId, StoredSubscription subscription) {
    open.add(
        () ->
            subscriptions
                .computeIfAbsent(sessionId, id -> new TreeMap<>())
                .put(subscription.topicFilter(), subscription));
  }

  @Override
  public void removeSubscription(long sessionId, String topicFilter) {
    open.add(() -> subscriptions.get(sessionId).remove(topicFilter));
  }

  @Override
  public void putDeliveries(long sequence, Message message, List<StoredDelivery> added) {
    List<StoredDelivery> copy = List.copyOf(added);
    Message kept = Message.fromBytes(message.toBytes());
    open.add(
        () -> {
          for (StoredDelivery delivery : copy) {
            if (sessions.containsKey(delivery.sessionId())) {
              deliveries.put(
                  new Key(delivery.sessionId(), sequence), new Kept(kept, delivery, 0, false));
            }
          }
        });
  }

  @Override
  public void assignPacketId(long sessionId, long sequence, int packetId) {
    open.add(
        () ->
            deliveries.computeIfPresent(
                new Key(sessionId, sequence),
                (key, kept) -> new Kept(kept.message(), kept.delivery(), packetId, false)));
  }

  @Override
  public void release(long sessionId, long sequence, int packetId) {
    open.add(
        () ->
            deliveries.computeIfPresent(
                new Key(sessionId, sequence),
                (key, kept) -> new Kept(kept.message(), kept.delivery(), packetId, true)));
  }

  @Override
  public void removeDelivery(long sessionId, long sequence) {
    open.add(() -> deliveries.remove(new Key(sessionId, sequence)));
  }

  @Override
  public void putReceived(long sessionId, int packetId) {
    open.add(() -> received.computeIfAbsent(sessionId, id -> new ArrayList<>()).add(packetId));
  }

  @Override
  public void removeReceived(long sessionId, int packetId) {
    open.add(() -> received.get(sessionId).remove((Integer) packetId));
  }

  @Override
  public void putRetained(String topicName, int bytes, Supplier<StoredRetained> now) {
    open.add(
        () -> {
          StoredRetained changed = now.get();
          if (changed == null) {
            retained.remove(topicName);
          } else {
            Message copy = Message.fromBytes(changed.message().toBytes());
            retained.put(topicName, new StoredRetained(changed.sequence(), copy));
          }
        });
  }

  @Override
  public void commit(Executor executor, Runnable task) {
    flush();
    commits.add(new Commit(ended, executor, task));
  }

  @Override
  public void flush() {
    if (!open.isEmpty()) {
      batches.add(open);
      open = new ArrayList<>();
      ended++;
    }
  }

  @Override
  public void close() {}
}
