package io.spillway.broker.session;

import io.spillway.broker.routing.Cancellable;
import io.spillway.mqtt.Message;
import java.time.Duration;

/**
 * A client's will: waits for its delay after the connection ended, and is published at the latest
 * when the session ends. On the session's home.
 */
final class WillTimer {
  private final Session session;
  private final Engine engine;

  /** Null when there is none, or it has been published or dropped. */
  private Will will;

  /** Null while it isn't waiting. */
  private Cancellable timer;

  WillTimer(Session session, Engine engine) {
    this.session = session;
    this.engine = engine;
  }

  /** A connection brought this will, or null. One that waits for its delay isn't sent any more. */
  void set(Will newWill) { // [MQTT-3.1.3-9]
    stop();
    will = newWill;
  }

  Will will() {
    return will;
  }

  /** The client said that it wants none. */
  void drop() { // [MQTT-3.1.2-8]
    set(null);
  }

  /** The connection ended; {@code atLeastSeconds} is a grace after a restart. */
  void start(long atLeastSeconds) {
    if (will == null) {
      return;
    }
    long seconds = Math.max(will.delaySeconds(), atLeastSeconds);
    if (seconds == 0) {
      publish();
    } else {
      timer = session.home().schedule(this::publish, Duration.ofSeconds(seconds));
    }
  }

  /** The session moves to another home or is taken up again. */
  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Now: the delay has passed, or the session ends. */
  void publish() {
    stop();
    if (will == null) {
      return;
    }
    Message message = will.message();
    if (will.expirySeconds() >= 0) {
      message = message.withExpiresAt(session.home().nowMillis() + 1000 * will.expirySeconds());
    }
    will = null;
    if (!session.mayPublish(message)) {
      engine.denials().publish(session, message, 0, false);
    } else if (!message.topicName().startsWith("$")) {
      engine.router().route(session.home(), message, session);
    }
    session.saved();
  }
}
