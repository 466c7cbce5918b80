package io.spillway.broker.session;

import io.spillway.broker.routing.Home;

/** A connection that asked for its session and hasn't got it yet. */
final class ConnectAttempt {
  final ConnectRequest request;
  final ClientConnection connection;

  /** The connection has ended meanwhile. Only its home reads and writes it. */
  boolean abandoned;

  /** A session of the client that the store had was ended for it. */
  boolean endedStored;

  ConnectAttempt(ConnectRequest request, ClientConnection connection) {
    this.request = request;
    this.connection = connection;
  }

  Home home() {
    return connection.home();
  }
}
