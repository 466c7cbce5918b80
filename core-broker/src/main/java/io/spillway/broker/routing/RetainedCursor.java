package io.spillway.broker.routing;

import io.spillway.broker.store.StoredRetained;
import io.spillway.broker.topic.TopicCursor;
import io.spillway.mqtt.Message;

/**
 * A walk through retained messages for one new subscription. What was retained after the
 * subscription was in the tree is left out, as the subscription gets it live. One thread.
 */
public final class RetainedCursor {
  private final RetainedMessages retained;
  private final TopicCursor<StoredRetained> cursor;
  private final long lastSequence;

  RetainedCursor(RetainedMessages retained, TopicCursor<StoredRetained> cursor, long lastSequence) {
    this.retained = retained;
    this.cursor = cursor;
    this.lastSequence = lastSequence;
  }

  /** The next message that hasn't expired, or null when there are no more. */
  public Message next(long nowMillis) {
    for (StoredRetained next = cursor.next(); next != null; next = cursor.next()) {
      if (next.message().expired(nowMillis)) {
        retained.removeExpired(next);
      } else if (next.sequence() <= lastSequence) {
        return next.message();
      }
    }
    return null;
  }
}
