package io.spillway.gateway.http;

import io.spillway.gateway.websocket.WebSocketConnection;
import io.spillway.gateway.websocket.WebSocketListener;

/** Who takes the WebSocket connections over. Called on the I/O thread that owns the connection. */
public interface BrowserAcceptor {

  /** Whether a core can be reached from this I/O thread; if not, an upgrade is answered 503. */
  boolean isUp();

  /** Whether new connections are to be refused with 503 because this process is ending. */
  boolean isDraining();

  /**
   * A browser has arrived. Reading begins after the return; sending is allowed at once.
   *
   * @return who hears about this connection from now on
   */
  WebSocketListener accept(WebSocketConnection connection, UpgradeFacts facts);
}
