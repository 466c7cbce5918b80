package io.spillway.broker.session;

import static io.spillway.broker.routing.Statistics.Counter.PUBLISH_BYTES_RECEIVED;
import static io.spillway.broker.routing.Statistics.Counter.PUBLISH_MESSAGES_RECEIVED;

import io.spillway.broker.routing.Router;
import io.spillway.broker.routing.Statistics;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ReasonCode;
import java.util.HashSet;
import java.util.Set;

/**
 * Messages from one client: takes each once, routes it, and acknowledges in order when what the
 * acknowledgement promises is durable. On the session's home.
 */
final class Incoming {
  private final Session session;
  private final Engine engine;
  private final ReadingPause pause;

  /** Packet identifiers of QoS 2 messages taken and not yet released. */
  private final Set<Integer> received = new HashSet<>(2);

  /** QoS 1 and 2 messages of this connection that we haven't finished acknowledging. */
  private int unacknowledged;

  /** Commits that haven't answered; while there are any, every acknowledgement queues behind. */
  private int uncommitted;

  Incoming(Session session, Engine engine) {
    this.session = session;
    this.engine = engine;
    this.pause = new ReadingPause(session, engine.router());
  }

  /** At start. */
  void restore(int packetId) {
    received.add(packetId);
  }

  void attached() {
    unacknowledged = 0;
    pause.reset();
  }

  void publish(PassingMessage message, int packetId, boolean dup) {
    count(PUBLISH_MESSAGES_RECEIVED, 1);
    count(PUBLISH_BYTES_RECEIVED, message.payloadLength());
    if (message.qos() == 2 && received.contains(packetId)) {
      acknowledge(false, 2, packetId, ReasonCode.SUCCESS); // [MQTT-4.3.3-10]
      return;
    }
    if (message.qos() > 0 && ++unacknowledged > engine.limits().receiveMaximum()) {
      if (session.isMqtt5()) { // [MQTT-3.3.4-7]
        session.close(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "too many unacknowledged messages");
        return;
      }
    }
    if (message.qos() > 0 && !session.isMqtt5() && engine.isStoreHopeless()) {
      session.close(ReasonCode.QUOTA_EXCEEDED, "the disk can't keep more at the moment");
      return;
    }
    ReasonCode refusal = refusal(message);
    if (refusal != null) {
      if (refusal == ReasonCode.NOT_AUTHORIZED) {
        engine.denials().publish(session, message, packetId, dup);
      }
      // MQTT 3 has no way to refuse a message but to close.
      acknowledge(false, message.qos(), packetId, session.isMqtt5() ? refusal : ReasonCode.SUCCESS);
      return;
    }
    boolean stored = message.qos() == 2 && takeOnce(packetId);
    boolean foreign = message.topicName().startsWith("$"); // Taken, and goes nowhere.
    int result = foreign ? 0 : engine.router().route(session.home(), message, session);
    stored |= (result & Router.STORED) != 0;
    if ((result & Router.CROWDED) != 0) {
      pause.untilRoom();
    }
    boolean matched = (result & Router.MATCHED) != 0 || foreign;
    acknowledge(
        stored,
        message.qos(),
        packetId,
        matched || !session.isMqtt5() ? ReasonCode.SUCCESS : ReasonCode.NO_MATCHING_SUBSCRIBERS);
  }

  void pubrel(int packetId) {
    boolean known = received.remove(packetId);
    boolean stored = known && session.storeId() != 0;
    if (stored) {
      engine.store().removeReceived(session.storeId(), packetId);
    }
    ReasonCode reasonCode =
        known || !session.isMqtt5() ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
    whenDurable(stored, () -> completed(packetId, reasonCode));
  }

  /**
   * Remembers a QoS 2 message before it is routed: a delivery on this home may end the store's
   * batch, and what the message needs must be in the same. Returns whether the store was written.
   */
  private boolean takeOnce(int packetId) {
    received.add(packetId);
    if (session.storeId() == 0) {
      return false;
    }
    engine.store().putReceived(session.storeId(), packetId);
    return true;
  }

  private ReasonCode refusal(PassingMessage message) {
    String topicName = message.topicName();
    if (topicName.startsWith("$SYS/") || !session.mayPublish(message)) {
      return ReasonCode.NOT_AUTHORIZED;
    }
    if (message.qos() > 0 && session.isMqtt5() && engine.store().isFailing()) {
      return ReasonCode.QUOTA_EXCEEDED; // MQTT 3 can't be told: its acknowledgement waits.
    }
    return null;
  }

  private void acknowledge(boolean stored, int qos, int packetId, ReasonCode reasonCode) {
    if (!stored && uncommitted == 0) {
      answer(qos, packetId, reasonCode);
    } else {
      whenDurable(stored, () -> answer(qos, packetId, reasonCode));
    }
  }

  private void answer(int qos, int packetId, ReasonCode reasonCode) {
    if (qos == 1) {
      finished();
      session.connection().puback(packetId, reasonCode);
    } else if (qos == 2) {
      if (reasonCode.isError()) {
        finished();
      }
      session.connection().pubrec(packetId, reasonCode);
    }
  }

  private void completed(int packetId, ReasonCode reasonCode) {
    finished();
    session.connection().pubcomp(packetId, reasonCode);
  }

  private void finished() {
    unacknowledged = Math.max(0, unacknowledged - 1);
  }

  /**
   * Runs the task when the store is, or at once if there is nothing to wait for; not at all if the
   * connection has ended by then. Tasks run in the order of the calls [MQTT-4.6.0-2],
   * [MQTT-4.6.0-3].
   */
  void whenDurable(boolean stored, Runnable task) {
    if (!stored && uncommitted == 0) {
      task.run();
      return;
    }
    ClientConnection connection = session.connection();
    uncommitted++;
    session.whenCommitted(() -> committed(connection, task));
    pause.whileOver(uncommitted, engine.limits().receiveMaximum());
  }

  private void committed(ClientConnection connection, Runnable task) {
    uncommitted--;
    if (session.connection() == connection && connection != null) {
      task.run();
      pause.whileOver(uncommitted, engine.limits().receiveMaximum());
    }
  }

  private void count(Statistics.Counter counter, long amount) {
    session.home().statistics().add(counter, amount);
  }
}
