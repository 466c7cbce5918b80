package io.spillway.broker.session;

import io.spillway.broker.routing.Subscription;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Sends retained messages to new subscriptions: one subscription after the other, a bounded batch
 * per turn, and never more than the connection takes, so that 50,000 of them delay nobody else and
 * are never in memory twice. One home's.
 */
final class RetainedReplays {
  private static final int BATCH_MAX = 128;

  private final Session session;
  private final Outgoing outgoing;
  private final ArrayDeque<RetainedReplay> replays = new ArrayDeque<>(2);
  private boolean scheduled;

  RetainedReplays(Session session, Outgoing outgoing) {
    this.session = session;
    this.outgoing = outgoing;
  }

  void add(RetainedReplay replay) {
    replays.addLast(replay);
  }

  /** The subscription is gone or replaced; what waited behind its replay goes out now. */
  void cancel(Subscription subscription) {
    for (Iterator<RetainedReplay> all = replays.iterator(); all.hasNext(); ) {
      RetainedReplay replay = all.next();
      if (replay.subscription == subscription) {
        all.remove();
        releaseHeld(replay);
        return;
      }
    }
  }

  boolean isEmpty() {
    return replays.isEmpty();
  }

  /** The last replay that a live message must wait for, or null. */
  RetainedReplay before(PassingMessage message) {
    RetainedReplay last = null;
    for (RetainedReplay replay : replays) {
      last = replay.concerns(message) ? replay : last;
    }
    return last;
  }

  /** Sends what there is room for. Called again when room comes. */
  void pump() {
    int sent = 0;
    while (!replays.isEmpty()) {
      RetainedReplay replay = replays.peekFirst();
      if (!outgoing.hasRoomForRetained()) {
        return;
      }
      if (sent++ >= BATCH_MAX) {
        pumpLater();
        return;
      }
      Message message = replay.next(session.home().nowMillis());
      if (message == null) {
        replays.pollFirst();
        releaseHeld(replay);
        session.replayed(replay.subscription);
      } else {
        outgoing.sendRetained(message, replay.subscription);
      }
    }
  }

  private void releaseHeld(RetainedReplay replay) {
    for (RetainedReplay.Held held = replay.release(); held != null; held = replay.release()) {
      outgoing.deliver(held.message(), held.subscription(), held.sequence());
    }
  }

  private void pumpLater() {
    if (!scheduled) {
      scheduled = true;
      session.execute(
          () -> {
            scheduled = false;
            pump();
          });
    }
  }
}
