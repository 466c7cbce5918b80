package io.spillway.broker.session;

import io.spillway.mqtt.Message;
import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicFilter;
import java.util.List;

/**
 * One client's MQTT session. The methods below are called by its connection, on its home, between
 * {@link ClientConnection#accepted} and the call that ends the connection; calls of a connection
 * that the session no longer has are ignored.
 */
public final class Session {
  Session() {}

  public String clientId() {
    throw new UnsupportedOperationException();
  }

  /**
   * A PUBLISH from the client; the topic alias is resolved. Answers PUBACK or PUBREC when what it
   * promises is durable, and closes the connection when the client broke the standard.
   *
   * @param packetId 0 at QoS 0
   */
  public void publish(Message message, int packetId, boolean dup) {
    throw new UnsupportedOperationException();
  }

  public void puback(int packetId, ReasonCode reasonCode) {
    throw new UnsupportedOperationException();
  }

  public void pubrec(int packetId, ReasonCode reasonCode) {
    throw new UnsupportedOperationException();
  }

  public void pubrel(int packetId, ReasonCode reasonCode) {
    throw new UnsupportedOperationException();
  }

  public void pubcomp(int packetId, ReasonCode reasonCode) {
    throw new UnsupportedOperationException();
  }

  /**
   * @param subscriptionIdentifier 0 for none
   */
  public void subscribe(
      int packetId, List<SubscriptionRequest> requests, int subscriptionIdentifier) {
    throw new UnsupportedOperationException();
  }

  public void unsubscribe(int packetId, List<TopicFilter> topicFilters) {
    throw new UnsupportedOperationException();
  }

  /** The connection has room or credit again. */
  public void writable() {
    throw new UnsupportedOperationException();
  }

  /**
   * The client sent DISCONNECT, and the connection closes itself. The will is dropped for {@link
   * ReasonCode#NORMAL_DISCONNECTION} and published (after its delay) for any other reason.
   *
   * @param sessionExpirySeconds from the packet's property, or -1 when it has none
   */
  public void disconnected(ReasonCode reasonCode, long sessionExpirySeconds) {
    throw new UnsupportedOperationException();
  }

  /**
   * The connection ended without a DISCONNECT from the client: closed by the peer, by a timeout, by
   * an error that the connection answered itself. The will is published, after its delay.
   */
  public void connectionLost() {
    throw new UnsupportedOperationException();
  }
}
