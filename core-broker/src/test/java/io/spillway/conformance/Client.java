package io.spillway.conformance;

import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.u16;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import io.spillway.testing.Wire;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A client that says what a test says and remembers what it was told. Used by one thread. */
final class Client implements AutoCloseable {
  final Version version;
  private final RawClient raw;

  /** Read while looking for something else. */
  private final ArrayDeque<Packet> passed = new ArrayDeque<>();

  private Packet connack;
  private int lastPacketId;

  Client(Wire wire, Version version) {
    this.raw = new RawClient(wire);
    this.version = version;
  }

  // ---- Sending.

  Client send(byte[] bytes) {
    raw.send(bytes);
    return this;
  }

  Client trySend(byte[] bytes) {
    raw.trySend(bytes);
    return this;
  }

  Client connect(Connect connect) {
    send(connect.bytes());
    connack = expect(Packet.CONNACK);
    assertEquals(0, connack.reasonCode(), "return code of " + connack);
    return this;
  }

  Packet connack() {
    return connack;
  }

  /** Subscribes and expects to be granted that QoS. */
  Client subscribe(String filter, int options) {
    return subscribe(filter, options, new byte[0]);
  }

  /** The same with properties, which stand in MQTT 5 only. */
  Client subscribe(String filter, int options, byte[] properties) {
    int packetId = ++lastPacketId;
    send(packet(0x82, u16(packetId), version.props(properties), filter, options));
    Packet suback = expect(Packet.SUBACK);
    assertEquals(packetId, suback.packetId);
    assertEquals(List.of(options & 3), suback.reasonCodes, "granted for " + filter);
    return this;
  }

  Client unsubscribe(String filter) {
    send(version.unsubscribe(++lastPacketId, filter));
    assertEquals(lastPacketId, expect(Packet.UNSUBACK).packetId);
    return this;
  }

  /** Publishes and sees the acknowledgements through. */
  Client publish(String topic, String payload, int qos) {
    return publish(topic, payload, qos, false);
  }

  Client publish(String topic, String payload, int qos, boolean retain, Object... properties) {
    int packetId = qos == 0 ? 0 : ++lastPacketId;
    int flags = qos << 1 | (retain ? 1 : 0);
    send(version.publish(flags, topic, packetId, version.props(properties), payload));
    if (qos == 1) {
      assertEquals(packetId, await(Packet.PUBACK).packetId);
    } else if (qos == 2) {
      assertEquals(packetId, await(Packet.PUBREC).packetId);
      send(packet(0x62, u16(packetId)));
      assertEquals(packetId, await(Packet.PUBCOMP).packetId);
    }
    return this;
  }

  Client ack(int type, int packetId) {
    return send(packet(type << 4 | (type == Packet.PUBREL ? 2 : 0), u16(packetId)));
  }

  /** With a reason code, MQTT 5. */
  Client ack(int type, int packetId, int reasonCode) {
    return send(packet(type << 4 | (type == Packet.PUBREL ? 2 : 0), u16(packetId), reasonCode));
  }

  // ---- Receiving.

  Packet read() {
    if (!passed.isEmpty()) {
      return passed.poll();
    }
    byte[] bytes = raw.read();
    assertTrue(bytes.length > 0, "the server closed instead of sending something");
    return new Packet(bytes, version);
  }

  /** Whether something came before the server closed. */
  boolean isAnswered() {
    byte[] bytes = raw.read();
    if (bytes.length > 0) {
      passed.add(new Packet(bytes, version));
    }
    return bytes.length > 0;
  }

  /** The next packet, which is of this type. */
  Packet expect(int type) {
    Packet packet = read();
    assertEquals(type, packet.type, () -> "type of the next packet: " + packet);
    return packet;
  }

  /** The next packet of this type; others are read later. */
  Packet await(int type) {
    return await(packet -> packet.type == type);
  }

  /** The same by any other sign. */
  Packet await(Predicate<Packet> wanted) {
    List<Packet> others = new ArrayList<>();
    Packet packet = read();
    while (!wanted.test(packet)) {
      others.add(packet);
      packet = read();
    }
    passed.addAll(others);
    return packet;
  }

  /** The next packet is this message; acknowledges it. */
  Packet expectMessage(String topic, String payload) {
    Packet publish = expect(Packet.PUBLISH);
    assertEquals(topic, publish.topic, "topic name");
    assertEquals(payload, publish.payload, "payload");
    acknowledge(publish);
    return publish;
  }

  void acknowledge(Packet publish) {
    if (publish.qos() == 1) {
      ack(Packet.PUBACK, publish.packetId);
    } else if (publish.qos() == 2) {
      ack(Packet.PUBREC, publish.packetId);
      assertEquals(publish.packetId, await(Packet.PUBREL).packetId);
      ack(Packet.PUBCOMP, publish.packetId);
    }
  }

  /** Nothing has come: a ping is answered next. */
  Client expectNothing() {
    send(Packets.pingreq());
    expect(Packet.PINGRESP);
    return this;
  }

  /** The server ends the connection, in MQTT 5 with a DISCONNECT of this reason. */
  void expectEnd(int reasonCode) {
    if (version.is5()) {
      Packet disconnect = expect(Packet.DISCONNECT);
      assertEquals(reasonCode, disconnect.reasonCode(), () -> "reason of " + disconnect);
    }
    raw.expectClosed();
  }

  /** The same, where the reason may be one of several. */
  void expectEnd() {
    if (version.is5()) {
      Packet disconnect = expect(Packet.DISCONNECT);
      assertTrue(disconnect.reasonCode() >= 0x80, disconnect::toString);
    }
    raw.expectClosed();
  }

  /** The server refuses CONNECT. */
  Packet expectRefusal(int returnCode) {
    Packet refusal = expect(Packet.CONNACK);
    assertEquals(returnCode, refusal.reasonCode(), () -> "return code of " + refusal);
    raw.expectClosed();
    return refusal;
  }

  void expectClosed() {
    raw.expectClosed();
  }

  /** DISCONNECT, then the end. */
  void disconnect() {
    send(Packets.hex("e000"));
    raw.expectClosed();
  }

  /** Ends the connection without a word. */
  @Override
  public void close() {
    raw.close();
  }
}
