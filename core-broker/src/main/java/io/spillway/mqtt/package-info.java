/**
 * The MQTT standard's words: topic names and filters, reason codes, Application Messages, the
 * packet cutter and the codec's fast path. Knows the JDK, Netty's buffers and netty-codec-mqtt;
 * nothing of sessions, links or sockets. Everything here is a pure function or an immutable value
 * and may be used from any thread, but {@link io.spillway.mqtt.TopicAliases}, which belongs to one
 * connection, and a {@link io.spillway.mqtt.PublishPacket} that was borrowed, which belongs to its
 * thread until it is ended.
 *
 * <p>A packet's way in: {@link io.spillway.mqtt.PacketCutter} finds its end, {@link
 * io.spillway.mqtt.PacketDecoder#type} its reader, and that reader gets exactly its bytes, borrows
 * them and leaves the buffer's indices alone. What breaks the standard is a {@link
 * io.spillway.mqtt.ProtocolException}, and nothing else is thrown whatever the bytes are.
 *
 * <p>Which code: 0x81 for bytes that are no packet or that a reserved bit or value makes none,
 * wildcards in topic names and malformed filters included; 0x82 where the standard says Protocol
 * Error: a property twice or out of its range, a packet identifier of 0, a packet or reason code
 * that a client doesn't send; 0x84, 0x94, 0x95 and 0x99 for what they are named after. The whole
 * table is {@code IllegalPacketTest}.
 */
package io.spillway.mqtt;
