package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ReasonCode;
import java.util.List;

/**
 * A client's Network Connection as its session sees it. Every method is called on the connection's
 * home and must neither block nor call back into the session before it returns. Packets leave in
 * the order of the calls; flushing is the connection's business ({@link Home#atEndOfTurn}). After
 * {@link #close}, and after it told the session that it ended, neither side calls the other.
 */
public interface ClientConnection {
  /** The event loop that owns the connection; never changes. */
  Home home();

  /**
   * The session is ready: send CONNACK. Whatever the session sends to the client follows after this
   * call returned.
   */
  void accepted(Session session, boolean sessionPresent);

  /** No session for this client: CONNACK with this reason, then close. */
  void refused(ReasonCode reasonCode, String text);

  /**
   * Sends a PUBLISH. The deliveries of one message to the clients of a home come one after the
   * other, so a link may join them.
   *
   * @param qos the effective one; at 0 {@code packetId} is 0
   * @param subscriptionIdentifiers null for none
   */
  void publish(
      PassingMessage message,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers);

  /**
   * Sends a retained message that a new subscription is due, at QoS 0. As there may be many of them
   * they wait for {@link #isWritable}, and a link sends them at the cost of credit, not droppable.
   */
  default void publishRetained(Message message, int[] subscriptionIdentifiers) {
    publish(message, 0, false, true, 0, subscriptionIdentifiers);
  }

  /**
   * Whether a PUBLISH with QoS 1 or 2 may be sent now: credit on a link, below the high-water mark
   * on a socket. When it turns true again the connection calls {@link Session#writable}.
   */
  boolean isWritable();

  /**
   * The same for QoS 0. On a link this needs no credit, as the gateway drops by policy; it is false
   * only while an earlier packet is still in pieces.
   */
  boolean isWritableForQos0();

  void puback(int packetId, ReasonCode reasonCode);

  void pubrec(int packetId, ReasonCode reasonCode);

  void pubrel(int packetId, ReasonCode reasonCode);

  void pubcomp(int packetId, ReasonCode reasonCode);

  void subscribed(int packetId, List<ReasonCode> reasonCodes);

  void unsubscribed(int packetId, List<ReasonCode> reasonCodes);

  /**
   * DISCONNECT with this reason for MQTT 5, then close; a plain close for 3.x. The session has
   * already let go of the connection and expects no {@code disconnected} or {@code connectionLost}.
   */
  void close(ReasonCode reasonCode, String text);

  /** Stop reading PUBLISH packets from this client: a queue is full. May be called twice. */
  void pauseReading();

  void resumeReading();

  /** For people who look. */
  default ConnectionView view() {
    throw new UnsupportedOperationException("nobody looks at this one");
  }

  /** The link that this connection's stream belongs to, or null when it has a socket of its own. */
  default MulticastLink multicastLink() {
    return null;
  }
}
