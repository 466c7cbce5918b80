package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.spillway.broker.routing.Home;
import io.spillway.mqtt.PacketEncoder;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;

/**
 * What goes to one client: encodes each packet straight into the carrier, in the client's version
 * and within its limits, and counts it. Holds nothing back; what must wait does so in the session.
 *
 * <p>On the connection's home, as long as the connection. Nothing is written once that is closed.
 */
final class PacketsOut {

  /** Beyond this a payload is written by reference rather than copied behind its head. */
  private static final int COPIED_PAYLOAD_MAX = 4096;

  /** How many topic filters a Reason String looks at. */
  private static final int REASONS_MAX = 100;

  /** PUBACK and its like with a reason code and without properties. */
  private static final int ACK_LENGTH_MAX = 6;

  /** What a topic alias adds to a packet, and one byte by which its property length may grow. */
  private static final int ALIAS_LENGTH = 4;

  private static final int PINGRESP_LENGTH = 2;

  /**
   * Bytes of answers that may wait for a client that doesn't read them; beyond, it isn't read
   * either. As many PUBACKs as there are packet identifiers.
   */
  private static final int UNREAD_MAX = 256 * 1024;

  private static final int PUBLISH = MqttMessageType.PUBLISH.value();

  private final MqttConnection connection;
  private final Home home;
  private final Carrier carrier;

  /** Null until a client of MQTT 5 that takes aliases is connected. */
  private SentAliases aliases;

  /** Bytes written since the carrier was full. */
  private int unread;

  private long packets;
  private long bytes;

  PacketsOut(MqttConnection connection, Home home, Carrier carrier) {
    this.connection = connection;
    this.home = home;
    this.carrier = carrier;
  }

  /** From now on, topic aliases up to this one; 0: none. */
  void useAliases(int maximum) {
    aliases = maximum == 0 ? null : new SentAliases(maximum);
  }

  // ---- Messages.

  /** The connection is known to be connected. */
  void publish(
      PassingMessage message,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers) {
    boolean droppable = qos == 0;
    ProtocolVersion version = connection.version();
    // What an edge may drop, or send to many at once, must not be what a later packet builds upon.
    // At QoS 2 MQTT.js (5.16) keeps a message until PUBREL without the topic its alias stood for.
    if (aliases != null
        && qos != 2
        && !(droppable && carrier.hasEdge())
        && carrier.isWritable()
        && publishWithAlias(message, qos, dup, retain, packetId, subscriptionIdentifiers)) {
      return;
    }
    if (subscriptionIdentifiers == null && !dup) {
      int written = carrier.publish(message, version, qos, retain, packetId);
      if (written > 0) {
        count(PUBLISH, written);
        return;
      }
    }
    if (droppable && subscriptionIdentifiers == null) {
      byte[] packet = message.encodedQos0(version, retain);
      if (packet != null) {
        count(PUBLISH, packet.length);
        carrier.write(packet, true);
        return;
      }
    }
    long now = home.nowMillis();
    int length = message.encodedLength(version, qos, subscriptionIdentifiers, now);
    count(PUBLISH, length);
    if (message.payloadLength() <= COPIED_PAYLOAD_MAX) {
      ByteBuf out = carrier.begin(length, droppable);
      message.encode(out, version, qos, dup, retain, packetId, subscriptionIdentifiers, now);
      carrier.end();
    } else {
      ByteBuf head = carrier.allocator().buffer(length - message.payloadLength());
      message.encodeHead(head, version, qos, dup, retain, packetId, subscriptionIdentifiers, now);
      carrier.write(head, message.kept().payloadBuf(), droppable);
    }
  }

  /** Sends a small message with a topic alias, if its topic has one or gets one. */
  private boolean publishWithAlias(
      PassingMessage message,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers) {
    long now = home.nowMillis();
    ProtocolVersion version = connection.version();
    int length = message.encodedLength(version, qos, subscriptionIdentifiers, now) + ALIAS_LENGTH;
    if (message.payloadLength() > COPIED_PAYLOAD_MAX || length > maximumPacketSize()) {
      return false;
    }
    int known = aliases.known(message.topicName());
    int alias = known == SentAliases.NONE ? aliases.assign(message.topicName()) : known;
    if (alias == SentAliases.NONE) {
      return false;
    }
    send(
        length,
        out ->
            message.encode(
                out,
                version,
                qos,
                dup,
                retain,
                packetId,
                subscriptionIdentifiers,
                now,
                alias,
                known != SentAliases.NONE));
    return true;
  }

  // ---- Acknowledgements.

  /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
  void acknowledge(MqttMessageType type, int packetId, ReasonCode reasonCode) {
    if (reasonCode.isError() && connection.terms().wantsReasons()) {
      MqttProperties reason = Properties.reason(ExitDoor.words(reasonCode));
      send(
          64,
          out ->
              PacketEncoder.ack(
                  out,
                  connection.version(),
                  type,
                  packetId,
                  reasonCode,
                  reason,
                  maximumPacketSize()));
      return;
    }
    send(
        ACK_LENGTH_MAX,
        out -> PacketEncoder.ack(out, connection.version(), type, packetId, reasonCode));
  }

  void suback(int packetId, List<ReasonCode> reasonCodes) {
    send(
        8 + reasonCodes.size(),
        out ->
            PacketEncoder.suback(
                out,
                connection.version(),
                packetId,
                reasonCodes,
                reason(reasonCodes),
                maximumPacketSize()));
  }

  void unsuback(int packetId, List<ReasonCode> reasonCodes) {
    send(
        8 + reasonCodes.size(),
        out ->
            PacketEncoder.unsuback(
                out,
                connection.version(),
                packetId,
                reasonCodes,
                reason(reasonCodes),
                maximumPacketSize()));
  }

  /** A Reason String that says which of several went wrong, or no property where none did. */
  private MqttProperties reason(List<ReasonCode> reasonCodes) { // [MQTT-3.1.2-29]
    if (!connection.terms().wantsReasons() || reasonCodes.stream().noneMatch(ReasonCode::isError)) {
      return MqttProperties.NO_PROPERTIES;
    }
    StringJoiner reasons = new StringJoiner(", ");
    for (int i = 0; i < Math.min(reasonCodes.size(), REASONS_MAX); i++) {
      if (reasonCodes.get(i).isError()) {
        reasons.add("filter " + (i + 1) + ": " + ExitDoor.words(reasonCodes.get(i)));
      }
    }
    return Properties.reason(reasons.toString());
  }

  void pingresp() {
    send(PINGRESP_LENGTH, PacketEncoder::pingresp);
  }

  // ---- Beginning and end.

  void connack(boolean sessionPresent, ReasonCode reasonCode, MqttProperties properties) {
    send(
        128,
        out ->
            PacketEncoder.connack(
                out,
                connection.version(),
                sessionPresent,
                reasonCode,
                properties,
                maximumPacketSize()));
  }

  void auth(ReasonCode reasonCode, MqttProperties properties) {
    send(128, out -> PacketEncoder.auth(out, reasonCode, properties, maximumPacketSize()));
  }

  void disconnect(ReasonCode reasonCode, String text) {
    send(
        64,
        out ->
            PacketEncoder.disconnect(
                out,
                connection.version(),
                reasonCode,
                Properties.reason(text),
                maximumPacketSize()));
  }

  private int maximumPacketSize() {
    ClientTerms terms = connection.terms();
    return terms == null ? Integer.MAX_VALUE : terms.maximumPacketSize();
  }

  // ---- Writing.

  /** Appends one packet of at most {@code length} bytes, unless the connection has ended. */
  private void send(int length, Consumer<ByteBuf> packet) {
    if (connection.phase() == Phase.CLOSED) {
      return;
    }
    ByteBuf out = carrier.begin(length, false);
    int before = out.writerIndex();
    packet.accept(out);
    int written = out.writerIndex() - before;
    count(out.getUnsignedByte(before) >>> 4, written);
    carrier.end();
    if (!carrier.isWritable()) {
      unread += written;
      connection.in().pausedByAnswers(unread > UNREAD_MAX);
    }
  }

  /** The carrier has room again. */
  void writable() {
    unread = 0;
    connection.in().pausedByAnswers(false);
  }

  private void count(int packetType, int length) {
    packets++;
    bytes += length;
    home.statistics().sent(packetType, 1, length);
  }

  long packets() {
    return packets;
  }

  long bytes() {
    return bytes;
  }
}
