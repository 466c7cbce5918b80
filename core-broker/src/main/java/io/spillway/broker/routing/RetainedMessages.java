package io.spillway.broker.routing;

import io.spillway.broker.store.Store;
import io.spillway.broker.store.StoredRetained;
import io.spillway.broker.topic.TopicMap;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.TopicFilter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The retained messages, all of them in memory and bounded there. Reads are lock-free on any
 * thread; writes come from any home. When several come for one topic at once, the one that is here
 * last is the one that is in the store.
 */
public final class RetainedMessages {
  private final TopicMap<StoredRetained> byTopicName = new TopicMap<>();

  /** Topics whose last change the store hasn't taken up yet. */
  private final Set<String> unwritten = ConcurrentHashMap.newKeySet();

  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final Store store;
  private final RetainedLimits limits;
  private final BooleanSupplier memoryIsShort;

  RetainedMessages(Store store, RetainedLimits limits, BooleanSupplier memoryIsShort) {
    this.store = store;
    this.limits = limits;
    this.memoryIsShort = memoryIsShort;
  }

  /** The topic's retained message, or null. */
  public Message get(String topicName) {
    StoredRetained retained = byTopicName.get(topicName);
    return retained == null ? null : retained.message();
  }

  /** The messages that the filter matches, lazily; none that came after {@code lastSequence}. */
  public RetainedCursor cursor(TopicFilter topicFilter, long lastSequence) {
    return new RetainedCursor(this, byTopicName.cursor(topicFilter), lastSequence);
  }

  /** Number of topics with a retained message. */
  public int count() {
    return count.get();
  }

  public long bytes() {
    return bytes.get();
  }

  /** Messages that were delivered but not kept, as a limit was reached. */
  public long refused() {
    return refused.get();
  }

  /**
   * Sets or, for an empty payload, clears the topic's message. Returns whether the store was
   * written, so that an acknowledgement has to wait.
   */
  boolean set(Message message, long sequence) {
    boolean full = message.payloadLength() > 0 && isFull(message);
    if (full) {
      refused.incrementAndGet();
    }
    // [MQTT-3.3.1-6]; and where the new one finds no room, an outdated one would be worse than
    // none.
    if (full || message.payloadLength() == 0) {
      StoredRetained removed = byTopicName.remove(message.topicName());
      if (removed != null) {
        account(-1, -removed.message().size());
      } else if (full) {
        return false;
      }
      // If there is none, somebody's clearing may not be durable yet: this one promises that it is.
      return (removed != null || message.qos() > 0) && store(message);
    }
    put(message, sequence);
    return store(message);
  }

  /** Also what the store kept, at start. */
  void put(Message message, long sequence) {
    StoredRetained before =
        byTopicName.put(message.topicName(), new StoredRetained(sequence, message));
    if (before == null) {
      account(1, message.size());
    } else {
      account(0, message.size() - before.message().size());
    }
  }

  void removeExpired(StoredRetained expired) {
    String topicName = expired.message().topicName();
    if (byTopicName.remove(topicName, expired)) {
      account(-1, -expired.message().size());
      store(expired.message());
      store.flush();
    }
  }

  /** The topic of this message has changed. Returns whether the store was written. */
  private boolean store(Message message) {
    String topicName = message.topicName();
    if (isOwn(topicName)) {
      return false;
    }
    boolean first = unwritten.add(topicName);
    if (!first && message.qos() == 0) {
      return false; // What is on its way to the store will be this one, and nobody waits for it.
    }
    store.putRetained(topicName, message.size(), () -> now(topicName));
    return true;
  }

  /** For the store, on its thread. */
  private StoredRetained now(String topicName) {
    unwritten.remove(topicName); // First: what changes from here on is written again.
    return byTopicName.get(topicName);
  }

  /** The broker's own values are there again at the next start. */
  private static boolean isOwn(String topicName) {
    return topicName.startsWith("$SYS/");
  }

  /** The two limits together may be passed by one message per home. */
  private boolean isFull(Message message) {
    StoredRetained before = byTopicName.get(message.topicName());
    long freed = before == null ? 0 : before.message().size();
    return before == null
            && (count.get() >= limits.messages()
                || memoryIsShort.getAsBoolean() && !isOwn(message.topicName()))
        || bytes.get() - freed + message.size() > limits.bytes();
  }

  private void account(int messages, long size) {
    count.addAndGet(messages);
    bytes.addAndGet(size);
  }
}
