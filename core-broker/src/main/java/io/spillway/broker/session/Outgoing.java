package io.spillway.broker.session;

import static io.spillway.broker.routing.Statistics.Counter.INFLIGHT;
import static io.spillway.broker.routing.Statistics.Counter.PUBLISH_BYTES_SENT;
import static io.spillway.broker.routing.Statistics.Counter.PUBLISH_MESSAGES_SENT;

import io.spillway.broker.routing.Statistics;
import io.spillway.broker.routing.Statistics.Drop;
import io.spillway.broker.routing.Subscription;
import io.spillway.broker.store.StoredDelivery;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import java.util.List;

/**
 * Messages from the broker to one client: decides what may leave now, and keeps the rest in order.
 * Lives as long as its session, on the session's home.
 */
final class Outgoing {
  private final Session session;
  private final Engine engine;
  private final Backlog backlog;
  private final Acknowledgements acknowledgements;
  private final Qos0Queue qos0;
  private final RetainedReplays replays;
  private final InflightWindow inflight = new InflightWindow();
  private final PacketIdentifiers packetIdentifiers = new PacketIdentifiers();

  Outgoing(Session session, Engine engine) {
    this.session = session;
    this.engine = engine;
    this.backlog = new Backlog(session, engine);
    this.acknowledgements = new Acknowledgements(session, engine, this, inflight);
    this.qos0 = new Qos0Queue(engine.limits().maxQueuedQos0Bytes());
    this.replays = new RetainedReplays(session, this);
  }

  /** One message that the session is due. */
  void deliver(PassingMessage message, Subscription subscription, long sequence) {
    if (!replays.isEmpty()) {
      RetainedReplay replay = replays.before(message);
      if (replay != null) {
        hold(replay, message, subscription, sequence);
        return;
      }
    }
    boolean retain = message.retain() && subscription.retainAsPublished(); // [MQTT-3.3.1-12, -13]
    int qos = subscription.effectiveQos(message.qos()); // [MQTT-3.8.4-8]
    if (!session.mayReceive(message)) {
      forget(sequence); // Not lost, so not counted: the client was never due it.
    } else if (qos == 0) {
      deliverQos0(message, retain, subscription.identifiers());
    } else {
      send(
          new Delivery(
              message.kept(),
              qos,
              retain,
              subscription.identifiers(),
              sequence,
              subscription.share()));
    }
  }

  RetainedReplays replays() {
    return replays;
  }

  Acknowledgements acknowledgements() {
    return acknowledgements;
  }

  Backlog backlog() {
    return backlog;
  }

  InflightWindow inflight() {
    return inflight;
  }

  /** Puts back what the store kept. At start. */
  void restore(Delivery delivery) {
    if (delivery.packetId == 0) {
      backlog.restore(delivery);
    } else {
      packetIdentifiers.startAfter(delivery.packetId);
      inflight.add(delivery);
      count(INFLIGHT, 1);
    }
  }

  /** A connection has taken the session over: what it hasn't acknowledged goes first. */
  void attached() {
    acknowledgements.resend(); // [MQTT-4.4.0-1], [MQTT-4.6.0-1]
    drain();
  }

  /** The connection ended. QoS 0 messages aren't kept for later. */
  void detached() {
    for (Qos0Queue.Waiting waiting = qos0.poll(); waiting != null; waiting = qos0.poll()) {
      dropped(Drop.DISCONNECTED, 1);
    }
    backlog.rest();
  }

  /**
   * Gives the messages of shared subscriptions that the client hasn't had, or at QoS 1 not
   * acknowledged, to other members. {@code onlyIfConnected}: this session may come back, so they
   * stay unless somebody is there to take them now.
   */
  void redeliverShared(boolean onlyIfConnected) {
    for (Delivery delivery : List.copyOf(inflight.all())) {
      // [MQTT-4.8.2-4], [MQTT-4.8.2-5]: a QoS 2 message once begun stays with its client.
      if (delivery.qos == 1 && redeliver(delivery, onlyIfConnected)) {
        inflight.remove(delivery);
        count(INFLIGHT, -1);
      }
    }
    backlog.removeIf(delivery -> redeliver(delivery, onlyIfConnected));
  }

  /** The session has ended, and what it held is gone. */
  void clear() {
    countAll(-1);
  }

  /** The session moves: its gauges leave one home and come to the other. */
  void countAll(int sign) {
    backlog.countAll(sign);
    count(INFLIGHT, (long) sign * inflight.size());
  }

  private boolean redeliver(Delivery delivery, boolean onlyIfConnected) {
    if (delivery.share == null || onlyIfConnected && !delivery.share.hasConnected(session)) {
      return false;
    }
    engine.router().redeliver(session.home(), delivery.share, delivery.message, session);
    forget(delivery.sequence);
    return true;
  }

  /** There is room again: in the connection, or in the in-flight window. */
  void drain() {
    drainQos0();
    acknowledgements.resendMore();
    drainBacklog();
    if (!replays.isEmpty()) {
      replays.pump();
    }
  }

  boolean isQos0Waiting() {
    return !qos0.isEmpty();
  }

  boolean hasRoomForRetained() {
    ClientConnection connection = session.connection();
    return connection != null
        && connection.isWritable()
        && qos0.isEmpty()
        && backlog.isEmpty()
        && hasWindow();
  }

  void sendRetained(Message message, Subscription subscription) {
    if (!session.mayReceive(message)) {
      return;
    }
    int qos = subscription.effectiveQos(message.qos());
    int[] identifiers = subscription.identifiers(); // [MQTT-3.3.4-3]
    if (qos == 0) {
      publishRetainedQos0(message, identifiers);
      return;
    }
    long sequence = 0;
    if (session.storeId() != 0) {
      StoredDelivery stored = new StoredDelivery(session.storeId(), qos, true, identifiers);
      sequence = engine.router().store(message, stored);
    }
    send(new Delivery(message, qos, true, identifiers, sequence, null));
  }

  private void hold(
      RetainedReplay replay, PassingMessage message, Subscription subscription, long sequence) {
    if (replay.hasRoomFor(message, engine.limits())) {
      replay.hold(message.kept(), subscription, sequence);
    } else {
      drop(Drop.QUEUE_FULL, sequence);
    }
  }

  private void deliverQos0(PassingMessage message, boolean retain, int[] identifiers) {
    ClientConnection connection = session.connection();
    if (connection == null) {
      return; // The standard lets a server keep QoS 0 for absent clients; like others, we don't.
    }
    if (qos0.isEmpty() && connection.isWritableForQos0()) {
      publish(message, 0, false, retain, 0, identifiers);
      return;
    }
    boolean first = qos0.isEmpty();
    int dropped = qos0.add(new Qos0Queue.Waiting(message.kept(), retain, identifiers));
    dropped(Drop.SLOW_CLIENT, dropped);
    if (first) {
      session.lagging(true);
    }
  }

  private void drainQos0() {
    ClientConnection connection = session.connection();
    if (qos0.isEmpty() || connection == null) {
      return;
    }
    while (!qos0.isEmpty() && connection.isWritableForQos0()) {
      Qos0Queue.Waiting waiting = qos0.poll();
      publish(waiting.message(), 0, false, waiting.retain(), 0, waiting.subscriptionIdentifiers());
    }
    if (qos0.isEmpty()) {
      session.lagging(false);
    }
  }

  private void send(Delivery delivery) {
    ClientConnection connection = session.connection();
    if (connection != null && backlog.isEmpty() && hasWindow() && connection.isWritable()) {
      start(delivery);
    } else {
      backlog.add(delivery);
    }
  }

  private void drainBacklog() {
    ClientConnection connection = session.connection();
    while (connection != null && hasWindow() && connection.isWritable() && backlog.hasNext()) {
      start(backlog.poll());
    }
  }

  private boolean hasWindow() {
    return !acknowledgements.isResending()
        && inflight.size() < session.inflightMaximum(); // [MQTT-3.3.4-9]
  }

  /** Gives a delivery its packet identifier and sends it. */
  private void start(Delivery delivery) {
    if (!session.mayReceive(delivery.message)) { // It may have waited since before a change.
      forget(delivery.sequence);
      return;
    }
    Drop cause = whyNot(delivery.message, delivery.qos, delivery.subscriptionIdentifiers);
    if (cause != null) {
      drop(cause, delivery.sequence);
      return;
    }
    delivery.packetId = packetIdentifiers.next(inflight);
    inflight.add(delivery);
    count(INFLIGHT, 1);
    if (delivery.qos == 2 && delivery.sequence != 0) {
      // The client takes each identifier for one message: after a crash it must still be that.
      delivery.state = Delivery.State.ASSIGNED;
      engine.store().assignPacketId(session.storeId(), delivery.sequence, delivery.packetId);
      session.whenCommitted(() -> assigned(delivery));
    } else {
      delivery.state = Delivery.State.SENT;
      publish(delivery);
    }
  }

  private void assigned(Delivery delivery) {
    if (delivery.state == Delivery.State.ASSIGNED) {
      acknowledgements.sendInTurn(delivery);
    }
  }

  /** Whether a delivery suits the connection there is now, which isn't the one it began with. */
  boolean mayGoAgain(Delivery delivery) {
    boolean tooLarge =
        session.isTooLarge(delivery.message, delivery.qos, delivery.subscriptionIdentifiers);
    if (tooLarge) {
      dropped(Drop.TOO_LARGE, 1); // [MQTT-3.1.2-24]
    }
    return !tooLarge && session.mayReceive(delivery.message);
  }

  /** Sends a delivery, with DUP when it was sent before [MQTT-3.3.1-1]. */
  void publish(Delivery delivery) {
    boolean dup = delivery.attempted;
    delivery.attempted |= session.connection() != null;
    publish(
        delivery.message,
        delivery.qos,
        dup,
        delivery.retain,
        delivery.packetId,
        delivery.subscriptionIdentifiers);
  }

  private void publish(
      PassingMessage message,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] identifiers) {
    ClientConnection connection = session.connection();
    if (connection == null) {
      return;
    }
    if (qos == 0) {
      Drop cause = whyNot(message, 0, identifiers);
      if (cause != null) {
        dropped(cause, 1);
        return;
      }
    }
    connection.publish(message, qos, dup, retain, packetId, identifiers);
    countSent(message);
  }

  private void publishRetainedQos0(Message message, int[] identifiers) {
    if (session.isTooLarge(message, 0, identifiers)) {
      dropped(Drop.TOO_LARGE, 1);
      return;
    }
    session.connection().publishRetained(message, identifiers);
    countSent(message);
  }

  private void countSent(PassingMessage message) {
    count(PUBLISH_MESSAGES_SENT, 1);
    count(PUBLISH_BYTES_SENT, message.payloadLength());
  }

  /** Null: the message may be sent. */
  private Drop whyNot(PassingMessage message, int qos, int[] identifiers) {
    if (hasExpired(message)) { // [MQTT-3.3.2-5]
      return Drop.EXPIRED;
    }
    return session.isTooLarge(message, qos, identifiers) ? Drop.TOO_LARGE : null; // [MQTT-3.1.2-24]
  }

  private boolean hasExpired(PassingMessage message) {
    return message.expiresAt() != Message.NEVER && message.expired(session.home().nowMillis());
  }

  /** A message that doesn't leave after all. */
  private void drop(Drop cause, long sequence) {
    dropped(cause, 1);
    forget(sequence);
  }

  /** 0: the store knows nothing of the delivery. */
  private void forget(long sequence) {
    if (sequence != 0) {
      session.forget(sequence);
    }
  }

  private void dropped(Drop cause, long amount) {
    session.home().statistics().dropped(cause, amount);
  }

  private void count(Statistics.Counter counter, long amount) {
    session.home().statistics().add(counter, amount);
  }
}
