package io.spillway.broker.store;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * What must be known to remove the right things: which sessions are stored, which of their
 * deliveries refer to a body of their own or have a packet identifier, and how many refer to each
 * body. Filled by the load, then the commit thread's.
 */
final class DeliveryIndex {
  private static final class OfSession {
    /** Sequences of deliveries that refer to a body; null for none, as is the other. */
    LongSet referring;

    /** Sequences of deliveries with a packet identifier. */
    LongSet assigned;
  }

  private final LongSet sessions = new LongSet();
  private final Map<Long, OfSession> deliveries = new HashMap<>();
  private final Map<Long, Integer> references = new HashMap<>();

  void addSession(long sessionId) {
    sessions.add(sessionId);
  }

  /** Takes the session out; bodies that nobody refers to any more go to {@code unreferenced}. */
  boolean removeSession(long sessionId, LongConsumer unreferenced) {
    OfSession ofSession = deliveries.remove(sessionId);
    if (ofSession != null && ofSession.referring != null) {
      for (long sequence : ofSession.referring.toArray()) {
        if (dereference(sequence)) {
          unreferenced.accept(sequence);
        }
      }
    }
    return sessions.remove(sessionId);
  }

  void refer(long sessionId, long sequence) {
    OfSession ofSession = ofSession(sessionId);
    if (ofSession.referring == null) {
      ofSession.referring = new LongSet();
    }
    if (ofSession.referring.add(sequence)) {
      references.merge(sequence, 1, Integer::sum);
    }
  }

  /** The delivery needs its body no more. Returns whether nobody does. */
  boolean unrefer(long sessionId, long sequence) {
    OfSession ofSession = deliveries.get(sessionId);
    if (ofSession == null || ofSession.referring == null || !ofSession.referring.remove(sequence)) {
      return false;
    }
    if (ofSession.referring.size() == 0) {
      ofSession.referring = null;
      tidy(sessionId, ofSession);
    }
    return dereference(sequence);
  }

  void assign(long sessionId, long sequence) {
    OfSession ofSession = ofSession(sessionId);
    if (ofSession.assigned == null) {
      ofSession.assigned = new LongSet();
    }
    ofSession.assigned.add(sequence);
  }

  /** Returns whether the delivery had a packet identifier. */
  boolean unassign(long sessionId, long sequence) {
    OfSession ofSession = deliveries.get(sessionId);
    if (ofSession == null || ofSession.assigned == null || !ofSession.assigned.remove(sequence)) {
      return false;
    }
    if (ofSession.assigned.size() == 0) {
      ofSession.assigned = null;
      tidy(sessionId, ofSession);
    }
    return true;
  }

  boolean isReferred(long sequence) {
    return references.containsKey(sequence);
  }

  private OfSession ofSession(long sessionId) {
    return deliveries.computeIfAbsent(sessionId, id -> new OfSession());
  }

  private void tidy(long sessionId, OfSession ofSession) {
    if (ofSession.referring == null && ofSession.assigned == null) {
      deliveries.remove(sessionId);
    }
  }

  private boolean dereference(long sequence) {
    return references.computeIfPresent(sequence, (s, count) -> count == 1 ? null : count - 1)
        == null;
  }
}
