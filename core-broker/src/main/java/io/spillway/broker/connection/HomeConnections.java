package io.spillway.broker.connection;

import io.spillway.broker.routing.Home;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The connections of one home, and the one timer that looks after all their time limits. On the
 * home; one per home, as long as the broker. The timer runs only while there are connections.
 */
public final class HomeConnections {

  /** How late a time limit may strike; a sweep over 10,000 connections takes some 50 µs. */
  private static final Duration SWEEP_INTERVAL = Duration.ofMillis(250);

  private final Home home;
  private final List<MqttConnection> connections = new ArrayList<>();
  private boolean sweeping;

  public HomeConnections(Home home) {
    this.home = home;
  }

  void add(MqttConnection connection) {
    connection.index = connections.size();
    connections.add(connection);
    if (!sweeping) {
      sweeping = true;
      home.schedule(this::sweep, SWEEP_INTERVAL);
    }
  }

  void remove(MqttConnection connection) {
    int last = connections.size() - 1;
    MqttConnection moved = connections.get(last);
    connections.set(connection.index, moved);
    moved.index = connection.index;
    connections.remove(last);
  }

  /** The files of users have changed: whoever they don't know any more has to go. */
  public void checkIdentities() {
    for (int i = connections.size() - 1; i >= 0; i--) {
      connections.get(i).checkIdentity();
    }
  }

  private void sweep() {
    sweeping = !connections.isEmpty();
    if (!sweeping) {
      return;
    }
    long now = System.nanoTime();
    for (int i = connections.size() - 1; i >= 0; i--) {
      MqttConnection connection = connections.get(i);
      if (connection.isOverdue(now)) {
        connection.overdue();
      } else if (connection.isExpired(now)) {
        connection.expired();
      }
    }
    home.schedule(this::sweep, SWEEP_INTERVAL);
  }
}
