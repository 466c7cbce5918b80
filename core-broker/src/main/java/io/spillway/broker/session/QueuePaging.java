package io.spillway.broker.session;

import io.spillway.broker.store.Store;
import io.spillway.mqtt.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Which messages of a session's queue are in memory. The store has those of a session that outlives
 * its connection, so while the client is away memory holds {@link #BATCH_MESSAGES} or {@link
 * #BATCH_BYTES} of them that came last, and while it is there {@link #WINDOW_MESSAGES} or {@link
 * #WINDOW_BYTES}. Of the others it holds what the queue must know of each, about 70 bytes. They
 * come back in batches as they are sent. One home's.
 *
 * <p>Messages of a shared subscription stay in memory, as another member may get them.
 */
final class QueuePaging {
  static final int WINDOW_MESSAGES = 1000;
  static final int WINDOW_BYTES = 256 << 10;
  static final int BATCH_MESSAGES = 64;
  static final int BATCH_BYTES = 64 << 10;

  /** When fewer than so many are left to send, the next batch is asked for. */
  private static final int LOW = 16;

  private final Session session;
  private final Store store;
  private final DeliveryQueue queue;

  /** In the queue and in memory, and to leave that when the store has them. */
  private List<Delivery> leaving = new ArrayList<>(0);

  private long leavingBytes;

  /** Whether the store was asked to tell when it has some that leave. */
  private boolean asked;

  /** Whether the store was asked for a batch. */
  private boolean reading;

  /**
   * About so many at the queue's beginning are in memory; it is looked at again when they are few.
   */
  private int here;

  QueuePaging(Session session, Store store, DeliveryQueue queue) {
    this.session = session;
    this.store = store;
    this.queue = queue;
  }

  /** It came to the queue's end. */
  void added(Delivery delivery) {
    if (mayLeave(delivery) && !isWithinWindow()) {
      leave(delivery);
      if (leaving.size() >= BATCH_MESSAGES || leavingBytes > BATCH_BYTES) {
        ask();
      }
    }
  }

  /** Whether the first of the queue can be sent; otherwise the session is drained when it can. */
  boolean isFirstHere() {
    boolean isHere = queue.peek().message != null;
    if (queue.absent() > 0 && (!isHere || --here < LOW)) {
      read();
    }
    return isHere;
  }

  /** The client is away: all may leave memory. */
  void rest() {
    if (queue.size() == queue.absent() || !store.givesBack()) {
      return;
    }
    leaving.clear();
    leavingBytes = 0;
    for (Delivery delivery : queue.all()) {
      if (delivery.message != null && mayLeave(delivery)) {
        leave(delivery);
      }
    }
    ask();
  }

  private boolean mayLeave(Delivery delivery) {
    return delivery.sequence != 0 && delivery.share == null && store.givesBack();
  }

  private boolean isWithinWindow() {
    return session.connection() != null
        && queue.size() <= WINDOW_MESSAGES
        && queue.bytes() <= WINDOW_BYTES;
  }

  private void leave(Delivery delivery) {
    leaving.add(delivery);
    leavingBytes += delivery.size;
  }

  private void ask() {
    if (asked || leaving.isEmpty()) {
      return;
    }
    asked = true;
    List<Delivery> batch = leaving;
    leaving = new ArrayList<>(0);
    leavingBytes = 0;
    store.whenReadable(session::execute, () -> stored(batch));
  }

  private void stored(List<Delivery> batch) {
    asked = false;
    if (!isWithinWindow()) {
      for (Delivery delivery : batch) {
        if (delivery.queued && delivery.message != null) {
          queue.letGo(delivery);
        }
      }
      here = 0;
    }
    if (leaving.size() >= BATCH_MESSAGES || leavingBytes > BATCH_BYTES) {
      ask();
    }
  }

  /** Asks for the first ones that aren't in memory. */
  private void read() {
    if (reading) {
      return;
    }
    List<Delivery> batch = new ArrayList<>(BATCH_MESSAGES);
    long bytes = 0;
    here = 0;
    for (Delivery delivery : queue.all()) {
      if (delivery.message == null) {
        batch.add(delivery);
        bytes += delivery.size;
      } else if (batch.isEmpty() && ++here >= WINDOW_MESSAGES) {
        return;
      }
      if (batch.size() == BATCH_MESSAGES || bytes > BATCH_BYTES) {
        break;
      }
    }
    if (here >= LOW) {
      return;
    }
    reading = true;
    long[] sequences = batch.stream().mapToLong(delivery -> delivery.sequence).toArray();
    store.read(session.recordId(), sequences, session::execute, read -> arrived(batch, read));
  }

  private void arrived(List<Delivery> batch, Message[] messages) {
    reading = false;
    here = 0;
    for (int i = 0; i < messages.length; i++) {
      Delivery delivery = batch.get(i);
      if (!delivery.queued || delivery.message != null) {
        continue; // It was dropped meanwhile, or has expired.
      }
      if (messages[i] == null) {
        session.outgoing().backlog().unreadable(delivery);
      } else {
        queue.giveBack(delivery, messages[i]);
      }
    }
    if (session.connection() != null) {
      session.outgoing().drain();
    } else if (!session.lifecycle().isEnded()) {
      rest();
    }
  }
}
