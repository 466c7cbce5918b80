package io.spillway.testing;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A subscriber of 3.1.1 whose session outlives its connections. It keeps the packet identifiers of
 * QoS 2 as the standard wants it, and notes each message that it takes. Used by one thread; what it
 * noted is read by any.
 */
public final class PersistentSubscriber {
  private final String clientId;

  /** Packet identifiers of QoS 2 messages that were taken and not released. */
  private final Set<Integer> taken = new HashSet<>();

  private final Map<String, List<Integer>> numbers = new ConcurrentHashMap<>();

  public PersistentSubscriber(String clientId) {
    this.clientId = clientId;
  }

  /** Connects and returns whether the server had the session. */
  public boolean connect(RawClient client) {
    client.send(Packets.connect311(clientId, 0, 60));
    byte[] connack = client.read();
    if (connack.length != 4 || connack[0] != 0x20 || connack[3] != 0) {
      throw new AssertionError("no CONNACK");
    }
    return connack[2] == 1;
  }

  /** Whether every message of QoS 2 that it took was released. */
  public boolean isIdle() {
    return taken.isEmpty();
  }

  /** The numbers taken from a topic, in order; the list grows. Any thread. */
  public List<Integer> numbers(String topic) {
    return numbers.computeIfAbsent(topic, t -> new CopyOnWriteArrayList<>());
  }

  /** Handles one packet from the server and answers it. */
  public void handle(RawClient client, byte[] packet) {
    take(packet);
    byte[] answer = answer(packet);
    if (answer != null) {
      client.send(answer);
    }
  }

  /** Takes a message if it is a new one. */
  public void take(byte[] packet) {
    int type = packet[0] & 0xF0;
    if (type == 0x60) {
      taken.remove(number16(packet, 2));
    }
    if (type != 0x30) {
      return;
    }
    int topicAt = head(packet);
    int topicLength = number16(packet, topicAt);
    int qos = packet[0] >> 1 & 3;
    int idAt = topicAt + 2 + topicLength;
    if (qos == 2 && !taken.add(number16(packet, idAt))) {
      return;
    }
    String topic = new String(packet, topicAt + 2, topicLength, StandardCharsets.UTF_8);
    int payloadAt = idAt + (qos == 0 ? 0 : 2);
    String payload =
        new String(packet, payloadAt, packet.length - payloadAt, StandardCharsets.UTF_8);
    numbers(topic).add(Integer.valueOf(payload.substring(0, payload.indexOf(' '))));
  }

  /** What the packet is answered with, or null. */
  public static byte[] answer(byte[] packet) {
    int type = packet[0] & 0xF0;
    if (type == 0x60) {
      return Packets.packet(0x70, Packets.u16(number16(packet, 2)));
    }
    int qos = packet[0] >> 1 & 3;
    if (type != 0x30 || qos == 0) {
      return null;
    }
    int topicAt = head(packet);
    int packetId = number16(packet, topicAt + 2 + number16(packet, topicAt));
    return Packets.packet(qos == 1 ? 0x40 : 0x50, Packets.u16(packetId));
  }

  private static int head(byte[] packet) {
    int i = 1;
    while (packet[i] < 0) {
      i++;
    }
    return i + 1;
  }

  private static int number16(byte[] packet, int at) {
    return (packet[at] & 0xFF) << 8 | packet[at + 1] & 0xFF;
  }
}
