package io.spillway.broker.store;

import io.spillway.mqtt.Message;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Keeps nothing beyond the process, as sessions hold their state themselves: every write is nothing
 * and every commit is done at once, on the calling thread.
 */
public final class MemoryStore implements Store {
  @Override
  public String durability() {
    return "memory";
  }

  @Override
  public void load(StoreReader reader) {}

  @Override
  public void putSession(StoredSession session) {}

  @Override
  public void removeSession(long sessionId) {}

  @Override
  public void putSubscription(long sessionId, StoredSubscription subscription) {}

  @Override
  public void removeSubscription(long sessionId, String topicFilter) {}

  @Override
  public void putDeliveries(long sequence, Message message, List<StoredDelivery> deliveries) {}

  @Override
  public void assignPacketId(long sessionId, long sequence, int packetId) {}

  @Override
  public void release(long sessionId, long sequence, int packetId) {}

  @Override
  public void removeDelivery(long sessionId, long sequence) {}

  @Override
  public void putReceived(long sessionId, int packetId) {}

  @Override
  public void removeReceived(long sessionId, int packetId) {}

  @Override
  public void putRetained(String topicName, int bytes, Supplier<StoredRetained> now) {
    now.get(); // Whoever changed it waits to hear that this was taken up.
  }

  @Override
  public void commit(Executor executor, Runnable task) {
    task.run();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
