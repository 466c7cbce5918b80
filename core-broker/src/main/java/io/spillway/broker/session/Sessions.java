package io.spillway.broker.session;

import io.spillway.broker.routing.Router;
import io.spillway.broker.store.Store;
import io.spillway.mqtt.ReasonCode;

/** All sessions by client identifier. Methods may be called from any home unless they say else. */
public final class Sessions {
  public Sessions(Router router, Store store, SessionLimits limits) {}

  /** Loads what the store kept. Once, before the first connection, on any thread. */
  public void restore() {
    throw new UnsupportedOperationException();
  }

  /**
   * Finds or makes the client's session and takes it over from a connection it still has, on
   * whichever home that is (which is closed with SESSION_TAKEN_OVER). Answers later on the
   * connection's home by {@link ClientConnection#accepted} or {@link ClientConnection#refused}. On
   * the connection's home. The connection must call {@link #abandon} if it ends before the answer.
   */
  public void connect(ConnectRequest request, ClientConnection connection) {
    throw new UnsupportedOperationException();
  }

  /** The connection ended before {@link #connect} answered. On the connection's home. */
  public void abandon(ClientConnection connection) {
    throw new UnsupportedOperationException();
  }

  /** Closes the client's connection, if it has one. Any thread. */
  public void disconnect(String clientId, ReasonCode reasonCode, String text) {
    throw new UnsupportedOperationException();
  }

  /** Sessions, connected or not. */
  public int count() {
    throw new UnsupportedOperationException();
  }

  /** Closes every connection with SERVER_SHUTTING_DOWN on its home; sessions stay. Any thread. */
  public void shutdown() {
    throw new UnsupportedOperationException();
  }
}
