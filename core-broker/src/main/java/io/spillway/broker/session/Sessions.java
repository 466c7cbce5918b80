package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Router;
import io.spillway.broker.store.Store;
import io.spillway.mqtt.ReasonCode;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All sessions by client identifier, and how a connection gets its own. Lives as long as the
 * broker.
 */
public final class Sessions {
  private static final String NO_DISK = "the disk can't keep a session at the moment";

  private final Map<String, Session> byClientId = new ConcurrentHashMap<>();
  private final Map<ClientConnection, ConnectAttempt> attempts = new ConcurrentHashMap<>();
  private final AtomicLong lastRecordId = new AtomicLong();
  private final Engine engine;

  public Sessions(Router router, Store store, SessionLimits limits) {
    this.engine = new Engine(router, store, limits, this);
  }

  /** Loads what the store kept. Once, before the first connection, on any thread. */
  public void restore() {
    SessionRestore restore = new SessionRestore(engine);
    engine.store().load(restore);
    restore.finish();
    Router router = engine.router();
    for (Home home : router.homes().all()) {
      boolean first = home.index() == 0;
      new ExpirySweep(home, byClientId.values(), first ? router.retained() : null).start();
    }
  }

  /**
   * Finds or makes the client's session and takes it over from a connection it still has, on
   * whichever home that is (which is closed with SESSION_TAKEN_OVER). Answers now or later on the
   * connection's home by {@link ClientConnection#accepted} or {@link ClientConnection#refused}. On
   * the connection's home. The connection must call {@link #abandon} if it ends before the answer.
   */
  public void connect(ConnectRequest request, ClientConnection connection) {
    // What this client sent over a connection on another home goes before what it sends now.
    connection.home().catchUp();
    ConnectAttempt attempt = new ConnectAttempt(request, connection);
    attempts.put(connection, attempt);
    proceed(attempt);
  }

  /** The connection ended before {@link #connect} answered. On the connection's home. */
  public void abandon(ClientConnection connection) {
    ConnectAttempt attempt = attempts.remove(connection);
    if (attempt != null) {
      attempt.abandoned = true;
    }
  }

  /** Closes the client's connection, if it has one. Any thread. */
  public void disconnect(String clientId, ReasonCode reasonCode, String text) {
    Session session = byClientId.get(clientId);
    if (session != null) {
      session.execute(() -> session.close(reasonCode, text));
    }
  }

  /**
   * Ends the client's session with everything it holds, and its connection. Any thread.
   *
   * @param done run on the session's home when that has happened
   * @return whether there was one
   */
  public boolean drop(String clientId, ReasonCode reasonCode, String text, Runnable done) {
    Session session = byClientId.get(clientId);
    if (session == null) {
      return false;
    }
    session.execute(() -> session.lifecycle().drop(reasonCode, text, done));
    return true;
  }

  /** All of them, as they come and go. Any thread. */
  public Collection<Session> all() {
    return Collections.unmodifiableCollection(byClientId.values());
  }

  /** Null when there is none. Any thread. */
  public Session get(String clientId) {
    return byClientId.get(clientId);
  }

  /** Sessions, connected or not. Any thread. */
  public int count() {
    return byClientId.size();
  }

  /** Closes every connection with SERVER_SHUTTING_DOWN on its home; sessions stay. Any thread. */
  public void shutdown() {
    byClientId
        .keySet()
        .forEach(
            clientId ->
                disconnect(
                    clientId, ReasonCode.SERVER_SHUTTING_DOWN, "the server is shutting down"));
  }

  /** The next step of an attempt that has no session yet. On the connection's home. */
  void proceed(ConnectAttempt attempt) {
    assert attempt.home().inHome();
    while (!attempt.abandoned) {
      Session existing = byClientId.get(attempt.request.clientId());
      if (existing != null) {
        existing.lifecycle().claim(attempt);
        return;
      }
      String refusal = refusal(attempt.request);
      if (refusal != null) {
        refuse(attempt, refusal);
        return;
      }
      Session created = newSession(attempt.request, attempt.home());
      if (byClientId.putIfAbsent(created.clientId(), created) == null) {
        created.lifecycle().start(attempt);
        return;
      }
    }
  }

  /** Why there can't be another session; null: there can. */
  private String refusal(ConnectRequest request) {
    if (byClientId.size() >= engine.limits().maxSessions()) {
      return "there are as many sessions as are allowed";
    }
    if (request.sessionExpirySeconds() > 0 && engine.store().isFailing()) {
      return NO_DISK;
    }
    return null;
  }

  /** What its session has to keep can't be kept. On the connection's home. */
  void refuseForDisk(ConnectAttempt attempt) {
    if (!attempt.abandoned) {
      refuse(attempt, NO_DISK);
    }
  }

  private void refuse(ConnectAttempt attempt, String text) {
    attached(attempt);
    attempt.connection.refused(ReasonCode.QUOTA_EXCEEDED, text);
  }

  /** The attempt has been answered. */
  void attached(ConnectAttempt attempt) {
    attempts.remove(attempt.connection);
  }

  void ended(Session session) {
    byClientId.remove(session.clientId(), session);
  }

  /** At start. */
  void restored(Session session) {
    lastRecordId.accumulateAndGet(session.recordId(), Math::max);
    byClientId.put(session.clientId(), session);
  }

  private Session newSession(ConnectRequest request, Home home) {
    boolean durable = request.sessionExpirySeconds() > 0;
    return new Session(engine, request, lastRecordId.incrementAndGet(), durable, home);
  }
}
