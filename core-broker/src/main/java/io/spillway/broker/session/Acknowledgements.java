package io.spillway.broker.session;

import static io.spillway.broker.routing.Statistics.Counter.INFLIGHT;

import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ReasonCode;
import java.util.List;

/**
 * What the client answers to our QoS 1 and 2 messages, and what we owe it again after a reconnect.
 * One home's.
 */
final class Acknowledgements {
  private final Session session;
  private final Engine engine;
  private final Outgoing outgoing;
  private final InflightWindow inflight;

  /** How many deliveries in the window are {@link Delivery.State#DUE}. */
  private int due;

  Acknowledgements(Session session, Engine engine, Outgoing outgoing, InflightWindow inflight) {
    this.session = session;
    this.engine = engine;
    this.outgoing = outgoing;
    this.inflight = inflight;
  }

  void puback(int packetId) {
    Delivery delivery = inflight.get(packetId);
    if (delivery != null) {
      expectQos(1, delivery, "PUBACK");
      complete(delivery);
    }
  }

  private static void expectQos(int qos, Delivery delivery, String packet) {
    if (delivery.qos != qos) {
      throw outOfPlace(delivery, packet, "for a message of QoS " + delivery.qos);
    }
  }

  private static ProtocolException outOfPlace(Delivery delivery, String packet, String why) {
    return new ProtocolException(
        ReasonCode.PROTOCOL_ERROR, packet + " " + delivery.packetId + " " + why);
  }

  void pubrec(int packetId, ReasonCode reasonCode) {
    Delivery delivery = inflight.get(packetId);
    if (delivery == null) {
      if (!reasonCode.isError()) {
        session.connection().pubrel(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
      }
      return;
    }
    expectQos(2, delivery, "PUBREC");
    if (reasonCode.isError()) {
      complete(delivery); // [MQTT-4.3.3-4]: an error ends the handshake.
      return;
    }
    switch (delivery.state) {
      case SENT, DUE -> release(delivery);
      case RELEASED -> session.connection().pubrel(packetId, ReasonCode.SUCCESS);
      default -> {
        // Its PUBREL leaves when it is durable.
      }
    }
  }

  void pubcomp(int packetId) {
    Delivery delivery = inflight.get(packetId);
    if (delivery == null) {
      return;
    }
    expectQos(2, delivery, "PUBCOMP");
    if (delivery.state != Delivery.State.RELEASED) {
      throw outOfPlace(delivery, "PUBCOMP", "before its PUBREL");
    }
    complete(delivery);
  }

  /** Whether something is still to be sent again, behind which everything new has to wait. */
  boolean isResending() {
    return due > 0;
  }

  /** Begins to send again, in order, what the client before its reconnect hadn't acknowledged. */
  void resend() {
    due = 0;
    for (Delivery delivery : inflight) {
      if (delivery.state == Delivery.State.SENT || delivery.state == Delivery.State.DUE) {
        delivery.state = Delivery.State.DUE;
        due++;
      }
    }
    boolean room = true;
    for (Delivery delivery : List.copyOf(inflight.all())) {
      if (delivery.state == Delivery.State.RELEASED) {
        session.connection().pubrel(delivery.packetId, ReasonCode.SUCCESS);
      } else if (delivery.state == Delivery.State.DUE) {
        room = room && hasRoom();
        if (room) {
          resend(delivery);
        }
      }
    }
  }

  /** Goes on with it as soon as there is room. */
  void resendMore() {
    if (due == 0 || session.connection() == null) {
      return;
    }
    for (Delivery delivery : List.copyOf(inflight.all())) {
      if (delivery.state == Delivery.State.DUE) {
        if (!hasRoom()) {
          return;
        }
        resend(delivery);
      }
    }
  }

  /** The new connection's Receive Maximum may be smaller than the one before. [MQTT-3.3.4-9] */
  private boolean hasRoom() {
    return inflight.size() - due < session.inflightMaximum() && session.connection().isWritable();
  }

  private void resend(Delivery delivery) {
    become(delivery, Delivery.State.SENT);
    if (outgoing.mayGoAgain(delivery)) {
      outgoing.publish(delivery);
    } else {
      remove(delivery);
    }
  }

  /** The delivery has its packet identifier, and goes behind those that are sent again. */
  void sendInTurn(Delivery delivery) {
    if (isResending()) {
      become(delivery, Delivery.State.DUE);
    } else {
      delivery.state = Delivery.State.SENT;
      outgoing.publish(delivery);
    }
  }

  private void become(Delivery delivery, Delivery.State state) {
    due -= delivery.state == Delivery.State.DUE ? 1 : 0;
    due += state == Delivery.State.DUE ? 1 : 0;
    delivery.state = state;
  }

  private void release(Delivery delivery) {
    delivery.message = null; // [MQTT-4.3.3-5]: from now on the message isn't sent again.
    if (delivery.sequence == 0) {
      become(delivery, Delivery.State.RELEASED);
      session.connection().pubrel(delivery.packetId, ReasonCode.SUCCESS);
      return;
    }
    become(delivery, Delivery.State.RELEASING);
    engine.store().release(session.storeId(), delivery.sequence, delivery.packetId);
    session.whenCommitted(() -> released(delivery));
  }

  private void released(Delivery delivery) {
    become(delivery, Delivery.State.RELEASED);
    if (session.connection() != null) {
      session.connection().pubrel(delivery.packetId, ReasonCode.SUCCESS);
    }
  }

  private void complete(Delivery delivery) {
    remove(delivery);
    outgoing.drain();
  }

  private void remove(Delivery delivery) {
    due -= delivery.state == Delivery.State.DUE ? 1 : 0;
    inflight.remove(delivery);
    session.home().statistics().add(INFLIGHT, -1);
    if (delivery.sequence != 0) {
      session.forget(delivery.sequence);
    }
  }
}
