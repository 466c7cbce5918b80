package io.spillway.broker.session;

import static io.spillway.broker.routing.Statistics.Counter.CLIENTS_CONNECTED;
import static io.spillway.broker.routing.Statistics.Counter.CLIENTS_DISCONNECTED;
import static io.spillway.broker.routing.Statistics.Counter.CLIENTS_EXPIRED;

import io.spillway.broker.routing.Cancellable;
import io.spillway.broker.routing.Statistics;
import io.spillway.broker.routing.Subscription;
import io.spillway.broker.store.StoredSession;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a session starts, is taken over, loses its connection, waits for its client and ends. On the
 * session's home.
 */
final class SessionLifecycle {
  /**
   * How many connections of one client may wait for another's commit, which a disk that hangs may
   * keep for long; more are refused.
   */
  static final int BEHIND_MAX = 16;

  private final Session session;
  private final Engine engine;
  private final WillTimer will;

  /** Null unless the session is moving here from another home. */
  private Move move;

  /**
   * Null unless a client is to be accepted when that is durable; what is to be done then: other
   * connections of the client, which take over, and orders to end the session.
   */
  private List<Runnable> behind;

  /** Whether the store has a record of it, or will have. */
  private boolean stored;

  /** Runs out when the client stays away too long; null while it is connected or may stay away. */
  private Cancellable expiry;

  private long disconnectedAt;
  private boolean ended;

  SessionLifecycle(Session session, Engine engine) {
    this.session = session;
    this.engine = engine;
    this.will = new WillTimer(session, engine);
  }

  boolean isEnded() {
    return ended;
  }

  /** Whether its state is on its way from another home, or gone. */
  boolean isBusy() {
    return ended || move != null;
  }

  /** Brings a connection to this session, wherever that is at home. Any thread. */
  void claim(ConnectAttempt attempt) {
    if (session.home().inHome()) {
      takeOver(attempt);
    } else {
      session.home().inOrder(() -> claim(attempt));
    }
  }

  /** The first connection of a session that was made for it. */
  void start(ConnectAttempt attempt) {
    attach(attempt, false);
  }

  /** Whether a message may be delivered now; otherwise it has been seen to. */
  boolean admits(PassingMessage message, Subscription subscription, long sequence) {
    if (ended) {
      if (subscription.share() != null && subscription.effectiveQos(message.qos()) > 0) {
        engine.router().redeliver(session.home(), subscription.share(), message.kept(), session);
      }
      if (sequence != 0) {
        session.forget(sequence);
      }
      return false;
    }
    if (move != null) {
      move.hold(message.kept(), subscription, sequence);
      return false;
    }
    return true;
  }

  void disconnected(ReasonCode reasonCode, long sessionExpirySeconds) {
    assert session.home().inHome();
    if (sessionExpirySeconds >= 0) {
      session.request(session.request().withSessionExpirySeconds(sessionExpirySeconds));
    }
    if (reasonCode == ReasonCode.NORMAL_DISCONNECTION) {
      will.drop();
    }
    connectionLost();
  }

  void connectionLost() {
    assert session.home().inHome();
    if (session.connection() == null) {
      return;
    }
    detach();
    await();
  }

  void close(ReasonCode reasonCode, String text) {
    ClientConnection connection = session.connection();
    if (connection != null) {
      connectionLost();
      connection.close(reasonCode, text);
    }
  }

  /** Ends the session, and the client's connection if there is one; then runs {@code done}. */
  void drop(ReasonCode reasonCode, String text, Runnable done) {
    Runnable again = () -> session.execute(() -> drop(reasonCode, text, done));
    if (move != null) {
      move.queue(again);
      return;
    }
    if (behind != null) {
      behind.add(again);
      return;
    }
    ClientConnection connection = session.connection();
    if (connection != null) {
      detach();
      connection.close(reasonCode, text);
    }
    end();
    done.run();
  }

  /** Epoch milliseconds; of no meaning while connected. */
  long disconnectedAt() {
    return disconnectedAt;
  }

  /** The session came from the store; {@code graceSeconds} for its client to return. */
  void restored(Will storedWill, long storedDisconnectedAt, long graceSeconds) {
    stored = true;
    will.set(storedWill);
    boolean wasConnected = storedDisconnectedAt == 0;
    disconnectedAt = wasConnected ? session.home().nowMillis() : storedDisconnectedAt;
    count(CLIENTS_DISCONNECTED, 1);
    if (session.isDurable()) {
      if (wasConnected) {
        save();
      }
      startTimers(graceSeconds);
    } else {
      // Only its will has outlived the process.
      session.home().schedule(this::end, Duration.ofSeconds(graceSeconds));
    }
  }

  void save() {
    save(session.connection() == null ? disconnectedAt : 0);
  }

  /** Returns whether there was something to save. */
  private boolean save(long storedDisconnectedAt) {
    if (ended || !session.isDurable() && (will.will() == null || engine.store().isFailing())) {
      return false; // A will alone isn't worth a client's waiting until the disk is mended.
    }
    stored = true;
    Will saved = will.will();
    engine
        .store()
        .putSession(
            new StoredSession(
                session.recordId(),
                session.clientId(),
                session.request().sessionExpirySeconds(),
                storedDisconnectedAt,
                saved == null ? null : saved.message(),
                saved == null ? 0 : saved.delaySeconds(),
                saved == null ? -1 : saved.expirySeconds()));
    engine.flushLater(session.home());
    return true;
  }

  private void takeOver(ConnectAttempt attempt) {
    if (ended) {
      attempt.home().inOrder(() -> engine.sessions().proceed(attempt));
      return;
    }
    if (move != null) {
      move.queue(() -> claim(attempt));
      return;
    }
    if (session.isDurable() && engine.isStoreHopeless()
        || behind != null && behind.size() >= BEHIND_MAX) {
      attempt.home().inOrder(() -> engine.sessions().refuseForDisk(attempt));
      return;
    }
    if (behind != null) {
      behind.add(() -> claim(attempt));
      return;
    }
    ClientConnection before = session.connection();
    if (before != null) {
      detach();
      before.close(ReasonCode.SESSION_TAKEN_OVER, "the client connected again"); // [MQTT-3.1.4-3]
      startWill();
    }
    if (attempt.request.cleanStart() || !session.isDurable()) { // [MQTT-3.1.2-4]
      end();
      attempt.endedStored |= stored;
      attempt.home().inOrder(() -> engine.sessions().proceed(attempt));
      return;
    }
    stopTimers();
    if (attempt.home() == session.home()) {
      attach(attempt, true);
    } else {
      moveTo(attempt);
    }
  }

  private void moveTo(ConnectAttempt attempt) {
    countAll(-1);
    move = new Move(attempt);
    var old = session.home();
    engine.store().flush(); // What this home wrote goes before what the other will.
    session.home(attempt.home()); // From here on this thread touches the session no more.
    engine.router().homes().whenSettled(old, attempt.home(), this::arrived);
  }

  private void arrived() {
    Move done = move;
    move = null;
    countAll(1);
    done.release(session::deliver);
    attach(done.attempt(), true);
    done.waiting().forEach(Runnable::run);
  }

  /** CONNACK promises a session that is there after a crash as well, or that is gone. */
  private void attach(ConnectAttempt attempt, boolean sessionPresent) {
    assert session.home().inHome();
    ConnectRequest before = session.request();
    session.request(attempt.request);
    will.set(attempt.request.will());
    boolean written = save(0) | attempt.endedStored;
    if (written && !engine.store().isFailing()) {
      behind = new ArrayList<>(0);
      session.whenCommitted(() -> attachCommitted(attempt, before, sessionPresent));
    } else {
      accept(attempt, before, sessionPresent);
    }
  }

  private void attachCommitted(
      ConnectAttempt attempt, ConnectRequest before, boolean sessionPresent) {
    List<Runnable> next = behind;
    behind = null;
    accept(attempt, before, sessionPresent);
    next.forEach(Runnable::run);
  }

  private void accept(ConnectAttempt attempt, ConnectRequest before, boolean sessionPresent) {
    if (attempt.abandoned) {
      will.drop(); // It was never accepted.
      session.request(before);
      if (sessionPresent) {
        await();
      } else {
        count(CLIENTS_DISCONNECTED, 1);
        end(); // Nobody was told that there is one.
      }
      return;
    }
    session.connection(attempt.connection);
    session.incoming().attached();
    count(CLIENTS_CONNECTED, 1);
    if (sessionPresent) {
      count(CLIENTS_DISCONNECTED, -1);
    }
    engine.sessions().attached(attempt);
    attempt.connection.accepted(session, sessionPresent);
    session.outgoing().attached();
  }

  private void detach() {
    session.connection(null);
    disconnectedAt = session.home().nowMillis();
    count(CLIENTS_CONNECTED, -1);
    count(CLIENTS_DISCONNECTED, 1);
    session.outgoing().detached();
    if (session.isDurable() && session.request().sessionExpirySeconds() > 0) {
      session.outgoing().redeliverShared(true);
    }
  }

  /** Waits for the client to come back, as long as the session may. */
  private void await() {
    if (session.request().sessionExpirySeconds() == 0) {
      end();
      return;
    }
    save();
    startTimers(0);
  }

  private void startTimers(long graceSeconds) {
    will.start(graceSeconds);
    long seconds = session.request().sessionExpirySeconds();
    if (seconds != ConnectRequest.NEVER) {
      long passed = (session.home().nowMillis() - disconnectedAt) / 1000;
      long left = Math.max(Math.max(0, seconds - passed), graceSeconds);
      expiry = session.home().schedule(this::expired, Duration.ofSeconds(left));
    }
  }

  private void startWill() {
    if (will.will() != null && will.will().delaySeconds() == 0) {
      will.publish();
    }
  }

  private void expired() {
    count(CLIENTS_EXPIRED, 1);
    end();
  }

  private void stopTimers() {
    will.set(null); // The client is back within the delay. [MQTT-3.1.3-9]
    if (expiry != null) {
      expiry.cancel();
      expiry = null;
    }
  }

  private void end() {
    if (ended) {
      return;
    }
    will.publish(); // [MQTT-3.1.2-8]
    if (expiry != null) {
      expiry.cancel();
    }
    ended = true;
    session.subscriptions().removeAll();
    session.outgoing().redeliverShared(false);
    session.outgoing().clear();
    count(CLIENTS_DISCONNECTED, -1);
    if (stored) {
      engine.store().removeSession(session.recordId());
      engine.store().flush(); // Before another home makes the client a new session.
    }
    engine.sessions().ended(session);
  }

  private void countAll(int sign) {
    count(CLIENTS_DISCONNECTED, sign);
    session.subscriptions().countAll(sign);
    session.outgoing().countAll(sign);
  }

  private void count(Statistics.Counter counter, long amount) {
    session.home().statistics().add(counter, amount);
  }
}
