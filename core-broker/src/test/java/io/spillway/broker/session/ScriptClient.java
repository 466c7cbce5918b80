package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A client that keeps its own session state as the standard asks: it repeats what wasn't
 * acknowledged and takes each QoS 2 message once. The network between it and its session delivers
 * when the test says, in order, and forgets everything when the connection is lost.
 */
final class ScriptClient {
  private static final int UNACKNOWLEDGED_MAX = 30;
  private static final int NETWORK_MAX = 6;

  private record Sent(Message message, boolean released) {}

  /** Every message taken, as "topic payload". */
  final List<String> got = new ArrayList<>();

  private final String clientId;
  private final Map<Integer, Sent> unacknowledged = new LinkedHashMap<>();
  private final Set<Integer> taken = new HashSet<>();
  private int lastPacketId;
  private Wire wire;

  ScriptClient(String clientId) {
    this.clientId = clientId;
  }

  /** Whether its CONNACK has arrived. */
  boolean isConnected() {
    return wire != null && wire.session != null && wire.acknowledged;
  }

  boolean isOffline() {
    return wire == null;
  }

  boolean isIdle() {
    return unacknowledged.isEmpty()
        && taken.isEmpty()
        && wire != null
        && wire.up.isEmpty()
        && wire.down.isEmpty();
  }

  @Override
  public String toString() {
    return clientId
        + " unacknowledged "
        + unacknowledged
        + " taken "
        + taken
        + (wire == null
            ? " offline"
            : " up " + wire.up.size() + " down " + wire.down.size() + " paused " + wire.paused);
  }

  void connect(World world, int home) {
    Wire made = new Wire(world, world.home(home));
    wire = made;
    ConnectRequest request = new RequestBuilder(clientId).persistent(100_000).build();
    made.onHome(() -> world.sessions.connect(request, made));
  }

  void subscribe(String topicFilter, int qos) {
    Wire at = wire;
    at.up.add(session -> session.subscribe(1, List.of(World.filter(topicFilter, qos)), 0));
  }

  /** Returns whether it was sent: too many unacknowledged are not. */
  boolean publish(String topicName, String payload, int qos) {
    if (!isConnected() || unacknowledged.size() >= UNACKNOWLEDGED_MAX) {
      return false;
    }
    Message message = World.message(topicName, payload, qos);
    int packetId = qos == 0 ? 0 : ++lastPacketId % 65_535;
    if (qos > 0) {
      unacknowledged.put(packetId, new Sent(message, false));
    }
    wire.up.add(session -> Passing.publish(session, message, packetId, false));
    return true;
  }

  /** The network breaks; the server notices now. */
  void lose() {
    Wire broken = wire;
    wire = null;
    broken.up.clear();
    broken.down.clear();
    broken.dead = true;
    broken.onHome(
        () -> {
          if (broken.session != null) {
            broken.session.connectionLost();
          } else {
            broken.world.sessions.abandon(broken);
          }
          broken.session = null;
        });
  }

  /** The server's process is gone, and the connection with it. */
  void crashed() {
    wire = null;
  }

  /** One packet arrives at the server; false when there is none. */
  boolean up() {
    if (!isConnected() || wire.paused || wire.up.isEmpty()) {
      return false;
    }
    Consumer<Session> packet = wire.up.poll();
    wire.onHome(() -> packet.accept(wire.session));
    return true;
  }

  /** One packet arrives at the client; false when there is none. */
  boolean down() {
    Wire at = wire;
    if (at == null || at.down.isEmpty()) {
      return false;
    }
    at.down.poll().run();
    if (wire == at && at.session != null && at.down.size() == NETWORK_MAX - 1) {
      at.onHome(at.session::writable);
    }
    return true;
  }

  private void reconnected() {
    wire.acknowledged = true;
    unacknowledged.forEach(
        (packetId, sent) -> {
          if (sent.released()) {
            wire.up.add(session -> session.pubrel(packetId, ReasonCode.SUCCESS));
          } else {
            wire.up.add(session -> Passing.publish(session, sent.message(), packetId, true));
          }
        });
  }

  private void take(Message message, int qos, int packetId) {
    byte[] payload = new byte[message.payloadLength()];
    message.payload().get(payload);
    String line = message.topicName() + " " + new String(payload, StandardCharsets.UTF_8);
    if (qos == 2) {
      if (taken.add(packetId)) {
        got.add(line);
      }
      wire.up.add(session -> session.pubrec(packetId, ReasonCode.SUCCESS));
      return;
    }
    got.add(line);
    if (qos == 1) {
      wire.up.add(session -> session.puback(packetId, ReasonCode.SUCCESS));
    }
  }

  /** One Network Connection, both ends. */
  private final class Wire implements ClientConnection {
    final World world;
    final Home home;
    final ArrayDeque<Consumer<Session>> up = new ArrayDeque<>();
    final ArrayDeque<Runnable> down = new ArrayDeque<>();
    Session session;
    boolean acknowledged;
    boolean paused;
    boolean dead;

    Wire(World world, Home home) {
      this.world = world;
      this.home = home;
    }

    void onHome(Runnable task) {
      world.on(home.index(), task);
    }

    private void send(Runnable atClient) {
      assert home.inHome();
      assert !dead : "the session writes to a connection that has ended";
      down.add(atClient);
    }

    @Override
    public Home home() {
      return home;
    }

    @Override
    public void accepted(Session accepted, boolean sessionPresent) {
      session = accepted;
      send(ScriptClient.this::reconnected);
    }

    @Override
    public void refused(ReasonCode reasonCode, String text) {
      throw new AssertionError(text);
    }

    @Override
    public void publish(
        PassingMessage message,
        int qos,
        boolean dup,
        boolean retain,
        int packetId,
        int[] subscriptionIdentifiers) {
      Message kept = message.kept();
      send(() -> take(kept, qos, packetId));
    }

    @Override
    public boolean isWritable() {
      return down.size() < NETWORK_MAX;
    }

    @Override
    public boolean isWritableForQos0() {
      return isWritable();
    }

    @Override
    public void puback(int packetId, ReasonCode reasonCode) {
      send(() -> unacknowledged.remove(packetId));
    }

    @Override
    public void pubrec(int packetId, ReasonCode reasonCode) {
      send(
          () -> {
            unacknowledged.computeIfPresent(packetId, (id, sent) -> new Sent(sent.message(), true));
            wire.up.add(s -> s.pubrel(packetId, ReasonCode.SUCCESS));
          });
    }

    @Override
    public void pubrel(int packetId, ReasonCode reasonCode) {
      send(
          () -> {
            taken.remove(packetId);
            wire.up.add(s -> s.pubcomp(packetId, ReasonCode.SUCCESS));
          });
    }

    @Override
    public void pubcomp(int packetId, ReasonCode reasonCode) {
      send(() -> unacknowledged.remove(packetId));
    }

    @Override
    public void subscribed(int packetId, List<ReasonCode> reasonCodes) {
      send(() -> {});
    }

    @Override
    public void unsubscribed(int packetId, List<ReasonCode> reasonCodes) {
      send(() -> {});
    }

    @Override
    public void close(ReasonCode reasonCode, String text) {
      dead = true;
      session = null;
      up.clear();
      down.clear();
      if (wire == this) {
        wire = null;
      }
    }

    @Override
    public void pauseReading() {
      paused = true;
    }

    @Override
    public void resumeReading() {
      paused = false;
    }
  }
}
