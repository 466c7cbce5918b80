package io.spillway.broker.session;

import io.spillway.broker.routing.Router;

/**
 * Why this client's packets aren't read for the moment: some home's queue or the store's is full,
 * or too many acknowledgements wait for the store. On the session's home.
 */
final class ReadingPause {
  private final Session session;
  private final Router router;
  private boolean crowded;
  private boolean over;

  ReadingPause(Session session, Router router) {
    this.session = session;
    this.router = router;
  }

  /** A new connection reads. */
  void reset() {
    crowded = false;
    over = false;
  }

  void untilRoom() {
    if (crowded) {
      return;
    }
    crowded = true;
    session.connection().pauseReading();
    ClientConnection paused = session.connection();
    router.whenRoom(
        session.home(),
        () -> {
          if (session.connection() == paused) {
            crowded = false;
            resume();
          }
        });
  }

  /** Pauses at {@code most}, and resumes at half of it. */
  void whileOver(int waiting, int most) {
    if (!over && waiting >= most) {
      over = true;
      session.connection().pauseReading();
    } else if (over && waiting <= most / 2) {
      over = false;
      resume();
    }
  }

  private void resume() {
    if (!crowded && !over) {
      session.connection().resumeReading();
    }
  }
}
