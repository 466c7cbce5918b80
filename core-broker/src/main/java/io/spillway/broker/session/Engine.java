package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Router;
import io.spillway.broker.store.Store;
import java.util.List;

/** What every session works with. Any thread. */
final class Engine {
  private final Router router;
  private final Store store;
  private final SessionLimits limits;
  private final Sessions sessions;
  private final Denials denials = new Denials();

  /** By home: whether a flush is due at the end of the turn. Each element is its home's. */
  private final boolean[] flushDue;

  /** By home. */
  private final List<Multicast> multicasts;

  Engine(Router router, Store store, SessionLimits limits, Sessions sessions) {
    this.router = router;
    this.store = store;
    this.limits = limits;
    this.sessions = sessions;
    this.flushDue = new boolean[router.homes().all().size()];
    this.multicasts =
        router.homes().all().stream()
            .map(home -> new Multicast(home, router.subscriptions()))
            .toList();
  }

  Router router() {
    return router;
  }

  Store store() {
    return store;
  }

  SessionLimits limits() {
    return limits;
  }

  Sessions sessions() {
    return sessions;
  }

  Denials denials() {
    return denials;
  }

  Multicast multicast(Home home) {
    return multicasts.get(home.index());
  }

  /** Whether the disk fails and as much waits for it as may. Any thread. */
  boolean isStoreHopeless() {
    return store.isFailing() && store.isCrowded();
  }

  /** Something was written on this home that nobody waits for. */
  void flushLater(Home home) {
    if (!flushDue[home.index()]) {
      flushDue[home.index()] = true;
      home.atEndOfTurn(
          () -> {
            flushDue[home.index()] = false;
            store.flush();
          });
    }
  }
}
