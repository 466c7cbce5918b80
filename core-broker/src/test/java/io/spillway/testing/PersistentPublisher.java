package io.spillway.testing;

import java.util.ArrayDeque;

/**
 * A publisher of 3.1.1 whose session outlives its connections, as the standard wants it: what isn't
 * acknowledged is sent again, in order. It publishes the numbers from 1 on. Used by one thread.
 */
public final class PersistentPublisher {
  private static final class Sent {
    final int number;
    final int packetId;

    /** PUBREC has come: from now on PUBREL is sent. */
    boolean received;

    Sent(int number, int packetId) {
      this.number = number;
      this.packetId = packetId;
    }
  }

  private final String clientId;
  private final String topic;
  private final int qos;
  private final ArrayDeque<Sent> unacknowledged = new ArrayDeque<>();
  private final String padding;
  private int last;

  /** Read by other threads, as is the next. */
  private volatile int acknowledged;

  private volatile boolean idle = true;

  public PersistentPublisher(String clientId, String topic, int qos, String padding) {
    this.clientId = clientId;
    this.topic = topic;
    this.qos = qos;
    this.padding = padding;
  }

  public String topic() {
    return topic;
  }

  public int qos() {
    return qos;
  }

  /** How many of its messages were acknowledged to the end. Any thread. */
  public int acknowledged() {
    return acknowledged;
  }

  /** Whether nothing waits for its acknowledgement. Any thread. */
  public boolean isIdle() {
    return idle;
  }

  /** Connects and sends again what is due. */
  public void connect(RawClient client) {
    client.send(Packets.connect311(clientId, 0, 60));
    byte[] connack = client.read();
    if (connack.length != 4 || connack[0] != 0x20 || connack[3] != 0) {
      throw new AssertionError("no CONNACK");
    }
    for (Sent sent : unacknowledged) {
      if (sent.received) {
        client.send(Packets.packet(0x62, Packets.u16(sent.packetId)));
      } else {
        publish(client, sent, true);
      }
    }
  }

  /** Publishes the next number. */
  public void publishNext(RawClient client) {
    last++;
    Sent sent = new Sent(last, 1 + last % 60_000);
    unacknowledged.addLast(sent);
    idle = false;
    publish(client, sent, false);
  }

  public int unacknowledged() {
    return unacknowledged.size();
  }

  /** Handles one packet from the server. */
  public void handle(RawClient client, byte[] packet) {
    int packetId = (packet[2] & 0xFF) << 8 | packet[3] & 0xFF;
    switch (packet[0] & 0xFF) {
      case 0x40, 0x70 -> complete(packetId);
      case 0x50 -> {
        received(packet);
        client.send(Packets.packet(0x62, Packets.u16(packetId)));
      }
      default -> throw new AssertionError("packet " + packet[0]);
    }
  }

  /** Notes a PUBREC and doesn't answer it yet. */
  public void received(byte[] pubrec) {
    int packetId = (pubrec[2] & 0xFF) << 8 | pubrec[3] & 0xFF;
    for (Sent sent : unacknowledged) {
      sent.received |= sent.packetId == packetId;
    }
  }

  private void complete(int packetId) {
    if (unacknowledged.removeIf(sent -> sent.packetId == packetId)) {
      acknowledged++;
      idle = unacknowledged.isEmpty();
    }
  }

  private void publish(RawClient client, Sent sent, boolean dup) {
    byte[] payload = Packets.utf8(sent.number + " " + padding);
    client.send(
        Packets.packet(
            0x30 | qos << 1 | (dup ? 8 : 0), topic, Packets.u16(sent.packetId), payload));
  }
}
