package io.spillway.gateway.websocket;

import java.nio.ByteBuffer;

/**
 * What a {@link WebSocketConnection} tells whoever uses it. All calls come from the connection's
 * I/O thread. An exception thrown from {@link #data} closes the connection with 1011.
 */
public interface WebSocketListener {

  /**
   * A slice of a binary message's payload, unmasked.
   *
   * @param payload borrowed for the call; may be empty when a message ends without further bytes
   * @param lastOfMessage whether the message ends with this slice. Message boundaries mean nothing
   *     to MQTT [MQTT-6.0.0-3]
   */
  void data(ByteBuffer payload, boolean lastOfMessage);

  /** Everything that one turn of the event loop read from this connection has been handed over. */
  default void readComplete() {}

  /**
   * What was pending is with the socket now: {@link WebSocketConnection#isWritable()} is true.
   * Comes after a send that answered false, and never from within a send.
   */
  void writable();

  /**
   * The end, told exactly once, also when this side closed. Nothing is told after it.
   *
   * @param code as of RFC 6455 section 7.4: what the peer's close frame said, or what we sent it;
   *     1005 if the peer gave none, 1006 if the connection ended without a close frame
   * @param reason the text that came with it; may be empty
   */
  void closed(int code, String reason);
}
