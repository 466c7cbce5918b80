package io.spillway.broker.connection;

import io.spillway.limits.LineBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines about clients that come and go, word for word as Mosquitto's users know them. With
 * {@code log.connection-messages = false} there are none. Any thread.
 */
public final class ConnectionLog {
  private static final Logger log = LoggerFactory.getLogger(ConnectionLog.class);

  /** Of refusals, per period of ten seconds: whoever floods us must not fill the disk too. */
  private static final int REFUSALS_MAX = 50;

  /** Replaced on reload, by the main thread. */
  private volatile boolean enabled;

  private final LineBudget refusals =
      new LineBudget(REFUSALS_MAX, rest -> log.info("Refused {} more connections.", rest));

  ConnectionLog(boolean enabled) {
    this.enabled = enabled;
  }

  /** {@code log.connection-messages} from now on. */
  public void enabled(boolean nowEnabled) {
    enabled = nowEnabled;
  }

  public void opened(CarrierFacts facts) {
    if (enabled) {
      log.info("New connection from {} on port {}.", facts.address(), facts.port());
    }
  }

  /** A connection refused before anything was read from it. */
  public void refused(CarrierFacts facts, String cause) {
    if (enabled && refusals.take()) {
      log.info("Connection from {} on port {} refused: {}.", facts.address(), facts.port(), cause);
    }
  }

  void connected(MqttConnection connection, boolean cleanStart, int keepAlive) {
    if (!enabled) {
      return;
    }
    String user = connection.userName() == null ? "" : ", u'" + connection.userName() + "'";
    log.info(
        "New client connected from {} as {} (p{}, c{}, k{}{}).",
        connection.facts().address(),
        connection.name(),
        connection.version().logDigit(),
        cleanStart ? 1 : 0,
        keepAlive,
        user);
  }

  void disconnected(MqttConnection connection) {
    client(connection, "disconnected.");
  }

  void closedItself(MqttConnection connection) {
    client(connection, "closed its connection.");
  }

  void timedOut(MqttConnection connection) {
    client(connection, "has exceeded timeout, disconnecting.");
  }

  void notAuthorised(MqttConnection connection, String cause) {
    if (enabled && refusals.take()) {
      log.info(
          "Client {} from {} on listener {} is refused: {}.",
          connection.name(),
          connection.facts().address(),
          connection.facts().listener(),
          cause);
      client(connection, "disconnected, not authorised.");
    }
  }

  /** Ends for which Mosquitto has no fixed words. */
  void closed(MqttConnection connection, String cause) {
    if (enabled && (connection.phase() == Phase.CONNECTED || refusals.take())) {
      log.info(
          "Client {} from {} disconnected: {}.",
          connection.name(),
          connection.facts().address(),
          cause);
    }
  }

  private void client(MqttConnection connection, String what) {
    if (enabled) {
      log.info("Client {} {}", connection.name(), what);
    }
  }
}
