package io.spillway.broker.routing;

import io.spillway.broker.store.Store;
import io.spillway.broker.topic.TopicMap;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.TopicFilter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The retained messages. Reads are lock-free on any thread; writes come from any home. */
public final class RetainedMessages {
  private final TopicMap<RetainedMessage> byTopicName = new TopicMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final Store store;
  private final RetainedLimits limits;

  RetainedMessages(Store store, RetainedLimits limits) {
    this.store = store;
    this.limits = limits;
  }

  /** The topic's retained message, or null. */
  public Message get(String topicName) {
    RetainedMessage retained = byTopicName.get(topicName);
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
   * written.
   */
  boolean set(Message message, long sequence) {
    if (message.payloadLength() == 0) { // [MQTT-3.3.1-6]
      RetainedMessage removed = byTopicName.remove(message.topicName());
      if (removed == null) {
        return false;
      }
      account(-1, -removed.message().size());
      return removeStored(message.topicName());
    }
    if (isFull(message)) {
      refused.incrementAndGet();
      return false;
    }
    put(message, sequence);
    if (isOwn(message.topicName())) {
      return false;
    }
    store.putRetained(sequence, message);
    return true;
  }

  /** Also what the store kept, at start. */
  void put(Message message, long sequence) {
    RetainedMessage before =
        byTopicName.put(message.topicName(), new RetainedMessage(message, sequence));
    if (before == null) {
      account(1, message.size());
    } else {
      account(0, message.size() - before.message().size());
    }
  }

  void removeExpired(RetainedMessage expired) {
    String topicName = expired.message().topicName();
    if (byTopicName.remove(topicName, expired)) {
      account(-1, -expired.message().size());
      removeStored(topicName);
      store.flush();
    }
  }

  private boolean removeStored(String topicName) {
    if (isOwn(topicName)) {
      return false;
    }
    store.removeRetained(topicName);
    return true;
  }

  /** The broker's own values are there again at the next start. */
  private static boolean isOwn(String topicName) {
    return topicName.startsWith("$SYS/");
  }

  /** The two limits together may be passed by one message per home. */
  private boolean isFull(Message message) {
    boolean known = byTopicName.get(message.topicName()) != null;
    return !known && count.get() >= limits.messages()
        || bytes.get() + message.size() > limits.bytes();
  }

  private void account(int messages, long size) {
    count.addAndGet(messages);
    bytes.addAndGet(size);
  }
}
