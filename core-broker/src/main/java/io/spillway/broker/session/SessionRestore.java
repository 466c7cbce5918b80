package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Subscription;
import io.spillway.broker.store.LoadedDelivery;
import io.spillway.broker.store.StoreReader;
import io.spillway.broker.store.StoredSession;
import io.spillway.broker.store.StoredSubscription;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes sessions of what the store kept, spread over the homes. Used once at start, on the loading
 * thread, before anybody else sees the sessions.
 */
final class SessionRestore implements StoreReader {
  /** How long after a restart clients may take to come back before their wills are published. */
  private static final long GRACE_SECONDS = 30;

  private record Restored(Session session, StoredSession stored) {}

  private final Engine engine;
  private final Map<Long, Restored> byRecordId = new HashMap<>();

  SessionRestore(Engine engine) {
    this.engine = engine;
  }

  @Override
  public void retained(long sequence, Message message) {
    engine.router().restoreRetained(sequence, message);
  }

  @Override
  public void session(StoredSession stored) {
    List<Home> homes = engine.router().homes().all();
    Home home = homes.get((int) (stored.sessionId() % homes.size()));
    ConnectRequest request =
        new ConnectRequest(
            stored.clientId(),
            ProtocolVersion.MQTT_5,
            false,
            stored.sessionExpirySeconds(),
            65_535,
            Integer.MAX_VALUE,
            0,
            null,
            null,
            "",
            Permissions.ALL);
    boolean durable = stored.sessionExpirySeconds() > 0;
    Session session = new Session(engine, request, stored.sessionId(), durable, home);
    byRecordId.put(stored.sessionId(), new Restored(session, stored));
    engine.sessions().restored(session);
  }

  @Override
  public void subscription(long sessionId, StoredSubscription stored) {
    Session session = session(sessionId);
    if (session == null) {
      return;
    }
    int[] identifiers = stored.identifier() == 0 ? null : new int[] {stored.identifier()};
    session
        .subscriptions()
        .put(
            new Subscription(
                session,
                TopicFilter.parse(stored.topicFilter()),
                stored.qos(),
                stored.noLocal(),
                stored.retainAsPublished(),
                identifiers));
  }

  @Override
  public void delivery(LoadedDelivery loaded) {
    engine.router().sequenceUsed(loaded.sequence());
    Session session = session(loaded.delivery().sessionId());
    if (session != null) {
      session.outgoing().restore(new Delivery(loaded));
    }
  }

  @Override
  public void received(long sessionId, int packetId) {
    Session session = session(sessionId);
    if (session != null) {
      session.incoming().restore(packetId);
    }
  }

  /** Null for what was written while its session was being removed. */
  private Session session(long sessionId) {
    Restored restored = byRecordId.get(sessionId);
    return restored == null ? null : restored.session();
  }

  /** Everything is loaded: the sessions' clocks start, each on its home. */
  void finish() {
    for (Restored restored : byRecordId.values()) {
      Session session = restored.session();
      StoredSession stored = restored.stored();
      Will will =
          stored.will() == null
              ? null
              : new Will(stored.will(), stored.willDelaySeconds(), stored.willExpirySeconds());
      session
          .home()
          .execute(
              () -> session.lifecycle().restored(will, stored.disconnectedAt(), GRACE_SECONDS));
    }
  }
}
