package io.spillway.broker.session;

import static io.spillway.broker.routing.Statistics.Counter.INFLIGHT;

import io.spillway.mqtt.ReasonCode;

/**
 * What the client answers to our QoS 1 and 2 messages, and what we owe it again after a reconnect.
 * One home's.
 */
final class Acknowledgements {
  private final Session session;
  private final Engine engine;
  private final Outgoing outgoing;
  private final InflightWindow inflight;

  Acknowledgements(Session session, Engine engine, Outgoing outgoing, InflightWindow inflight) {
    this.session = session;
    this.engine = engine;
    this.outgoing = outgoing;
    this.inflight = inflight;
  }

  void puback(int packetId) {
    Delivery delivery = inflight.get(packetId);
    if (delivery != null && delivery.qos == 1) {
      complete(delivery);
    }
  }

  void pubrec(int packetId, ReasonCode reasonCode) {
    Delivery delivery = inflight.get(packetId);
    if (delivery == null || delivery.qos != 2) {
      if (!reasonCode.isError()) {
        session.connection().pubrel(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
      }
      return;
    }
    if (reasonCode.isError()) {
      complete(delivery); // [MQTT-4.3.3-4]: an error ends the handshake.
      return;
    }
    switch (delivery.state) {
      case SENT -> release(delivery);
      case RELEASED -> session.connection().pubrel(packetId, ReasonCode.SUCCESS);
      default -> {
        // Its PUBREL leaves when it is durable.
      }
    }
  }

  void pubcomp(int packetId) {
    Delivery delivery = inflight.get(packetId);
    if (delivery != null && delivery.state == Delivery.State.RELEASED) {
      complete(delivery);
    }
  }

  /** Sends again, in order, what the client before its reconnect hadn't acknowledged. */
  void resend() {
    for (Delivery delivery : inflight) {
      switch (delivery.state) {
        case SENT -> outgoing.publish(delivery);
        case RELEASED -> session.connection().pubrel(delivery.packetId, ReasonCode.SUCCESS);
        default -> {
          // It leaves when it is durable.
        }
      }
    }
  }

  private void release(Delivery delivery) {
    delivery.message = null; // [MQTT-4.3.3-5]: from now on the message isn't sent again.
    if (delivery.sequence == 0) {
      delivery.state = Delivery.State.RELEASED;
      session.connection().pubrel(delivery.packetId, ReasonCode.SUCCESS);
      return;
    }
    delivery.state = Delivery.State.RELEASING;
    engine.store().release(session.storeId(), delivery.sequence, delivery.packetId);
    session.whenCommitted(() -> released(delivery));
  }

  private void released(Delivery delivery) {
    delivery.state = Delivery.State.RELEASED;
    if (session.connection() != null) {
      session.connection().pubrel(delivery.packetId, ReasonCode.SUCCESS);
    }
  }

  private void complete(Delivery delivery) {
    inflight.remove(delivery);
    session.home().statistics().add(INFLIGHT, -1);
    if (delivery.sequence != 0) {
      session.forget(delivery.sequence);
    }
    outgoing.drain();
  }
}
