package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.spillway.broker.session.MulticastLink;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;

/**
 * What an {@link MqttConnection} stands on: a socket, or one client's stream on a link. Belongs to
 * one event loop, which makes every call in both directions.
 *
 * <p>What is written leaves at the end of the loop's turn, all of it together; the carrier sees to
 * that itself. It calls {@link MqttConnection#received}, {@link MqttConnection#writable} and {@link
 * MqttConnection#carrierClosed}, none of them while one of its own methods runs.
 */
public interface Carrier {

  CarrierFacts facts();

  ByteBufAllocator allocator();

  /**
   * Where to append one packet of at most {@code length} bytes; {@link #end} follows at once.
   *
   * @param droppable a PUBLISH with QoS 0, which somebody on the way may give up when the client is
   *     slow
   */
  ByteBuf begin(int length, boolean droppable);

  /** The packet has been appended. */
  void end();

  /** Writes one packet that never changes and may be kept by reference. */
  void write(byte[] packet, boolean droppable);

  /** Writes one packet in two parts, the payload by reference. Takes ownership of both. */
  void write(ByteBuf head, ByteBuf payload, boolean droppable);

  /**
   * Writes a PUBLISH without topic alias, DUP and subscription identifiers, if it can do so better
   * than by the packet's bytes, because others get the same message in this turn.
   *
   * @return the packet's length; 0: it has not been written
   */
  int publish(
      PassingMessage message, ProtocolVersion version, int qos, boolean retain, int packetId);

  /** Whether a PUBLISH with QoS 1 or 2 may be written now. */
  boolean isWritable();

  /** Whether a PUBLISH with QoS 0 may be written now. */
  boolean isWritableForQos0();

  /** No more {@link MqttConnection#received}, apart from what is on its way already. */
  void pauseReading();

  void resumeReading();

  /** The client is connected, with this keep alive in force (seconds; 0: none). */
  void connected(int protocolLevel, int keepAliveSeconds, int maximumPacketSize, String clientId);

  /** Whether a gateway stands between: it sees to the keep alive and may drop what is droppable. */
  boolean hasEdge();

  /**
   * Sends what was written, then closes. {@link MqttConnection#carrierClosed} isn't called any
   * more.
   */
  void close(ReasonCode reasonCode, String text);

  /** The gateway that this comes through; null: none. */
  default String gateway() {
    return null;
  }

  /** The link this is a stream of; null: a socket. */
  MulticastLink multicastLink();
}
