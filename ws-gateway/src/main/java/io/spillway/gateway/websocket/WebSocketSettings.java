package io.spillway.gateway.websocket;

import java.time.Duration;

/**
 * The times of a WebSocket connection.
 *
 * @param pingInterval a peer silent for this long is sent a ping, and another; when both stay
 *     unanswered for as long again it is taken for dead. Zero: no pings
 * @param closeTimeout how long the peer has for its side of the closing handshake
 */
public record WebSocketSettings(Duration pingInterval, Duration closeTimeout) {

  public static final WebSocketSettings DEFAULT =
      new WebSocketSettings(Duration.ofSeconds(25), Duration.ofSeconds(5));
}
