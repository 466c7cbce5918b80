package io.spillway.broker.session;

import static io.spillway.broker.routing.Statistics.Counter.QUEUED_BYTES;
import static io.spillway.broker.routing.Statistics.Counter.QUEUED_MESSAGES;

import io.spillway.broker.routing.Statistics;
import io.spillway.mqtt.ReasonCode;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's queue with its policy: what is dropped when it is full, that it is counted, and told
 * once per episode. This is the one place where an acknowledged message may be lost: one slow
 * subscriber must never slow a publisher. One home's.
 */
final class Backlog {
  private static final Logger log = LoggerFactory.getLogger(Backlog.class);

  private final Session session;
  private final Engine engine;
  private final DeliveryQueue queue;
  private final QueuePaging paging;

  /** Messages dropped since the queue was last half empty; 0 when none. */
  private long droppedInEpisode;

  Backlog(Session session, Engine engine) {
    this.session = session;
    this.engine = engine;
    this.queue = new DeliveryQueue(engine.limits());
    this.paging = new QueuePaging(session, engine.store(), queue);
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int size() {
    return queue.size();
  }

  /** What its messages would take in memory. */
  long bytes() {
    return queue.bytes();
  }

  /** How many of its messages are in memory. */
  int inMemory() {
    return queue.size() - queue.absent();
  }

  /**
   * Whether there is one that can be sent now. If its message has to come from the store first, the
   * session is drained again when it is there.
   */
  boolean hasNext() {
    return !queue.isEmpty() && paging.isFirstHere();
  }

  /** Nobody is there to send to: the store has what waits, so memory needn't. */
  void rest() {
    paging.rest();
  }

  void add(Delivery delivery) {
    if (!queue.hasRoomFor(delivery) && !makeRoomFor(delivery)) {
      dropped(delivery);
      return;
    }
    queue.add(delivery);
    count(QUEUED_MESSAGES, 1);
    count(QUEUED_BYTES, delivery.size);
    paging.added(delivery);
  }

  /** Puts back what the store kept, whatever the limits are now. */
  void restore(Delivery delivery) {
    queue.add(delivery);
    count(QUEUED_MESSAGES, 1);
    count(QUEUED_BYTES, delivery.size);
  }

  /** Null when it is empty. */
  Delivery poll() {
    Delivery delivery = queue.poll();
    if (delivery != null) {
      count(QUEUED_MESSAGES, -1);
      count(QUEUED_BYTES, -delivery.size);
      if (droppedInEpisode > 0 && queue.size() <= engine.limits().maxQueuedMessages() / 2) {
        log.info(
            "Outgoing messages for client {} are no longer being dropped, {} were.",
            session.clientId(),
            droppedInEpisode);
        droppedInEpisode = 0;
      }
    }
    return delivery;
  }

  /** The store has lost its message, and said so. At the next start it says so again. */
  void unreadable(Delivery delivery) {
    queue.remove(delivery);
    count(QUEUED_MESSAGES, -1);
    count(QUEUED_BYTES, -delivery.size);
    session.home().statistics().dropped(Statistics.Drop.UNREADABLE, 1);
  }

  /** Goes through all in order, once. */
  void removeIf(Predicate<Delivery> leaves) {
    for (int i = queue.size(); i > 0; i--) {
      Delivery delivery = poll();
      if (!leaves.test(delivery)) {
        restore(delivery);
      }
    }
  }

  /** Lets go of messages that expired while they waited. */
  void removeExpired(long nowMillis) {
    if (queue.hasExpiring()) {
      removeIf(delivery -> delivery.expired(nowMillis) && expire(delivery));
    }
  }

  private boolean expire(Delivery delivery) {
    session.home().statistics().dropped(Statistics.Drop.EXPIRED, 1);
    if (delivery.sequence != 0) {
      session.forget(delivery.sequence);
    }
    return true;
  }

  /** The session moves: its gauges leave one home and come to the other. */
  void countAll(int sign) {
    count(QUEUED_MESSAGES, (long) sign * queue.size());
    count(QUEUED_BYTES, sign * queue.bytes());
  }

  private boolean makeRoomFor(Delivery delivery) {
    switch (engine.limits().queueFull()) {
      case DROP_OLDEST -> {
        while (!queue.hasRoomFor(delivery)) {
          dropped(poll());
        }
        return true;
      }
      case DISCONNECT -> {
        session.closeLater(ReasonCode.QUOTA_EXCEEDED, "its queue is full");
        return false;
      }
      default -> {
        return false;
      }
    }
  }

  private void dropped(Delivery delivery) {
    if (droppedInEpisode++ == 0) {
      log.warn(
          "Outgoing messages are being dropped for client {}: its queue is full.",
          session.clientId());
    }
    session.home().statistics().dropped(Statistics.Drop.QUEUE_FULL, 1);
    if (delivery.sequence != 0) {
      session.forget(delivery.sequence);
    }
  }

  private void count(Statistics.Counter counter, long amount) {
    session.home().statistics().add(counter, amount);
  }
}
