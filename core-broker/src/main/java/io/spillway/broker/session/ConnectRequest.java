package io.spillway.broker.session;

import io.spillway.mqtt.ProtocolVersion;

/**
 * An accepted CONNECT packet in the engine's words.
 *
 * @param clientId never empty; assigned by the connection when the client sent none
 * @param cleanStart clean start (5) or clean session (3.x)
 * @param sessionExpirySeconds {@link #NEVER} for 0xFFFFFFFF and for 3.x with clean session 0; 0 for
 *     3.x with clean session 1. The connection has applied the server's maximum.
 * @param receiveMaximum 65,535 where the client named none
 * @param maximumPacketSize Integer.MAX_VALUE where the client named none
 * @param keepAlive seconds, for views; the connection enforces it
 * @param will or null
 * @param userName or null
 * @param address the client's own, for logs and views
 */
public record ConnectRequest(
    String clientId,
    ProtocolVersion version,
    boolean cleanStart,
    long sessionExpirySeconds,
    int receiveMaximum,
    int maximumPacketSize,
    int keepAlive,
    Will will,
    String userName,
    String address,
    Permissions permissions) {
  /** A session expiry interval that never passes. */
  public static final long NEVER = 0xFFFF_FFFFL;

  ConnectRequest withSessionExpirySeconds(long seconds) {
    return new ConnectRequest(
        clientId,
        version,
        cleanStart,
        seconds,
        receiveMaximum,
        maximumPacketSize,
        keepAlive,
        will,
        userName,
        address,
        permissions);
  }
}
