package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.RetainedCursor;
import io.spillway.broker.routing.RetainedMessages;
import io.spillway.mqtt.TopicFilter;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;

/**
 * Takes expired messages out of queues that nobody reads and away from topics that nobody
 * subscribes to, so that they leave memory and disk, and what waits for absent clients out of
 * memory. Goes through everything once a minute, a small part per turn. One per home, on it; lives
 * as long as the broker.
 */
final class ExpirySweep {
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final int PART = 500;
  private static final TopicFilter ALL = TopicFilter.parse("#");

  private final Home home;
  private final Collection<Session> sessions;

  /** Null where another home sweeps the retained messages. */
  private final RetainedMessages retained;

  ExpirySweep(Home home, Collection<Session> sessions, RetainedMessages retained) {
    this.home = home;
    this.sessions = sessions;
    this.retained = retained;
  }

  /** Any thread, once. */
  void start() {
    home.execute(this::waitForNext);
  }

  private void waitForNext() {
    home.schedule(() -> sweepSessions(sessions.iterator()), INTERVAL);
  }

  private void sweepSessions(Iterator<Session> left) {
    for (int i = 0; i < PART && left.hasNext(); i++) {
      Session session = left.next();
      if (session.home() == home && !session.lifecycle().isBusy()) {
        Backlog backlog = session.outgoing().backlog();
        backlog.removeExpired(home.nowMillis());
        if (session.connection() == null) {
          backlog.rest();
        }
      }
    }
    if (left.hasNext()) {
      home.execute(() -> sweepSessions(left));
    } else if (retained != null) {
      sweepRetained(retained.cursor(ALL, Long.MAX_VALUE));
    } else {
      waitForNext();
    }
  }

  private void sweepRetained(RetainedCursor left) {
    for (int i = 0; i < PART; i++) {
      if (left.next(home.nowMillis()) == null) { // It removes what has expired on its way.
        waitForNext();
        return;
      }
    }
    home.execute(() -> sweepRetained(left));
  }
}
