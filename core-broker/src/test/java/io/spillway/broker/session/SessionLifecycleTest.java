package io.spillway.broker.session;

import static io.spillway.broker.session.World.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.routing.Statistics.Counter;
import io.spillway.broker.session.World.TestClient;
import io.spillway.broker.store.MemoryStore;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How sessions are taken over, kept and ended; wills. */
final class SessionLifecycleTest {
  private final World world = new World(3);
  private final TestClient publisher = world.client("publisher", 0).connected();
  private final TestClient watcher = world.client("watcher", 1).connected().subscribed("will", 0);

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aSecondConnectionTakesTheSessionOver(int home) {
    TestClient first = world.client("c", 1).with(r -> r.persistent(100)).connected();
    first.subscribed("t", 1);
    TestClient second = world.client("c", home).with(r -> r.persistent(100));

    second.connect();
    publisher.publish(message("t", "x", 1), 1);

    assertEquals(List.of("DISCONNECT SESSION_TAKEN_OVER"), first.log());
    assertEquals(List.of("CONNACK present", "PUBLISH t x q1 #1"), second.log());
    assertEquals(3, world.count(Counter.CLIENTS_CONNECTED));
    assertEquals(0, world.count(Counter.CLIENTS_DISCONNECTED));
  }

  @Test
  void aCleanStartEndsTheOldSession() {
    TestClient client = world.client("c", 1).with(r -> r.persistent(100)).connected();
    client.subscribed("t", 1);

    client.with(r -> r.cleanStart(true)).connectAt(2);
    publisher.publish(message("t", "x", 1), 1);

    assertEquals(List.of("CONNACK"), client.log());
    assertEquals(1, world.count(Counter.SUBSCRIPTIONS));
  }

  @Test
  void threeConnectionsAtOnceLeaveTheLast() {
    TestClient first = world.client("c", 0).with(r -> r.persistent(100));
    TestClient second = world.client("c", 1).with(r -> r.persistent(100));
    TestClient third = world.client("c", 2).with(r -> r.persistent(100));
    for (TestClient client : List.of(first, second, third)) {
      client.connection = new TestConnection(world.home(client.home));
      world.on(
          client.home,
          () ->
              world.sessions.connect(
                  new RequestBuilder("c").persistent(100).build(), client.connection));
    }
    world.run();

    long open =
        List.of(first, second, third).stream().filter(client -> !client.connection.closed).count();
    assertEquals(1, open);
    assertEquals(3, world.sessions.count());
    assertEquals(3, world.count(Counter.CLIENTS_CONNECTED));
  }

  @Test
  void anAbandonedAttemptLeavesTheSessionWaiting() {
    TestClient client = world.client("c", 1).with(r -> r.persistent(100)).connected();
    client.subscribed("t", 1).lose();
    TestConnection gone = new TestConnection(world.home(2));
    world.on(
        2,
        () -> {
          world.sessions.connect(new RequestBuilder("c").persistent(100).build(), gone);
          world.sessions.abandon(gone);
        });
    world.run();
    assertEquals(List.of(), gone.takeLog());

    publisher.publish(message("t", "x", 1), 1);
    client.connect();
    assertEquals(List.of("CONNACK present", "PUBLISH t x q1 #1"), client.log());
    client.lose();
    world.pass(Duration.ofSeconds(101));
    assertEquals(2, world.sessions.count());
    assertEquals(1, world.count(Counter.CLIENTS_EXPIRED));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatWasntAcknowledgedIsSentAgainInOrder(int nextHome) {
    TestClient client = world.client("c", 1).with(r -> r.persistent(100)).connected();
    client.subscribed("t", 2);
    publisher.publish(message("t", "a", 1), 1).publish(message("t", "b", 2), 2);
    publisher.publish(message("t", "c", 2), 3);
    client.act(session -> session.pubrec(2, ReasonCode.SUCCESS));
    client.log();

    client.lose().connectAt(nextHome);

    assertEquals(
        List.of("CONNACK present", "PUBLISH t a q1 dup #1", "PUBREL #2", "PUBLISH t c q2 dup #3"),
        client.log());
  }

  @Test
  void sessionsExpire() {
    TestClient client = world.client("c", 1).with(r -> r.persistent(10)).connected();
    client.subscribed("t", 1).lose();

    world.pass(Duration.ofSeconds(9));
    assertEquals(3, world.sessions.count());
    world.pass(Duration.ofSeconds(2));
    assertEquals(2, world.sessions.count());
    assertEquals(1, world.count(Counter.SUBSCRIPTIONS));
    assertEquals(0, world.count(Counter.CLIENTS_DISCONNECTED));

    assertEquals(List.of("CONNACK"), client.connect().log());
  }

  @Test
  void disconnectMayChangeTheSessionExpiry() {
    TestClient client = world.client("c", 1).with(r -> r.persistent(10)).connected();

    client.act(session -> session.disconnected(ReasonCode.NORMAL_DISCONNECTION, 100));
    world.pass(Duration.ofSeconds(50));
    assertEquals(List.of("CONNACK present"), client.connect().log());
    client.act(session -> session.disconnected(ReasonCode.NORMAL_DISCONNECTION, 0));

    assertEquals(2, world.sessions.count());
  }

  @Test
  void sessionsThatNeverExpireStay() {
    TestClient client =
        world.client("c", 1).with(r -> r.persistent(ConnectRequest.NEVER)).connected().lose();

    world.pass(Duration.ofDays(10_000));

    assertEquals(List.of("CONNACK present"), client.connect().log());
  }

  @Test
  void aWillIsPublishedWhenTheConnectionIsLost() {
    TestClient client = withWill(0, 0);

    client.lose();

    assertEquals(List.of("PUBLISH will gone q0"), watcher.log());
  }

  @Test
  void aWillIsDroppedByANormalDisconnect() {
    withWill(0, 0).act(session -> session.disconnected(ReasonCode.NORMAL_DISCONNECTION, -1));
    withWill(0, 100).act(session -> session.disconnected(ReasonCode.NORMAL_DISCONNECTION, -1));
    world.pass(Duration.ofSeconds(200));

    assertEquals(List.of(), watcher.log());
  }

  @Test
  void aWillIsPublishedWhenTheClientAsksForIt() {
    withWill(0, 0)
        .act(session -> session.disconnected(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, -1));

    assertEquals(List.of("PUBLISH will gone q0"), watcher.log());
  }

  @Test
  void theWillDelayPassesFirst() {
    withWill(10, 100).lose();

    world.pass(Duration.ofSeconds(9));
    assertEquals(List.of(), watcher.log());
    world.pass(Duration.ofSeconds(2));
    assertEquals(List.of("PUBLISH will gone q0"), watcher.log());
    world.pass(Duration.ofSeconds(200));
    assertEquals(List.of(), watcher.log());
  }

  @Test
  void theSessionsEndComesBeforeALongerWillDelay() {
    withWill(100, 10).lose();

    world.pass(Duration.ofSeconds(11));

    assertEquals(List.of("PUBLISH will gone q0"), watcher.log());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void comingBackWithinTheDelayCancelsTheWill(int nextHome) {
    TestClient client = withWill(10, 100).lose();

    world.pass(Duration.ofSeconds(5));
    client.with(r -> r.will(null)).connectAt(nextHome);
    world.pass(Duration.ofSeconds(50));

    assertEquals(List.of(), watcher.log());
  }

  @Test
  void aTakeOverSendsAWillWithoutDelayAndOneOfAnEndedSession() {
    withWill(0, 100).connect();
    assertEquals(List.of("PUBLISH will gone q0"), watcher.log());

    withWill(50, 100).with(r -> r.will(null).cleanStart(true)).connect();
    assertEquals(
        List.of("PUBLISH will gone q0", "PUBLISH will gone q0"),
        watcher.log(),
        "withWill() took over from the client before, too");
  }

  @Test
  void aWillOfAnOldVersionIsPublishedAtOnce() {
    TestClient client =
        world
            .client("old", 2)
            .with(r -> r.version(ProtocolVersion.MQTT_3_1_1))
            .with(r -> r.will(new Will(message("will", "gone", 0), 0, -1)))
            .connected();

    client.lose();

    assertEquals(List.of("PUBLISH will gone q0"), watcher.log());
  }

  @Test
  void sessionsBeyondTheLimitAreRefused() {
    SessionLimits one =
        new SessionLimits(20, 100, 10, 1000, 1000, SessionLimits.QueueFull.DROP_NEWEST, 1, 100);
    World small = new World(1, 1, new MemoryStore(), one, 100);
    small.client("a", 0).connected();

    assertEquals(List.of("CONNACK QUOTA_EXCEEDED"), small.client("b", 0).connect().log());
    assertEquals(List.of("CONNACK"), small.client("a", 0).connect().log());
  }

  @Test
  void aFullQueueMayDisconnect() {
    SessionLimits limits =
        new SessionLimits(1, 100, 2, 10_000, 1000, SessionLimits.QueueFull.DISCONNECT, 10, 100);
    World small = new World(2, 1, new MemoryStore(), limits, 100);
    TestClient slow = small.client("s", 0).connected().subscribed("t", 1);
    TestClient sender = small.client("p", 1).connected();

    for (int i = 1; i < 6; i++) {
      sender.publish(message("t", "" + i, 1), i);
    }

    assertEquals(List.of("PUBLISH t 1 q1 #1", "DISCONNECT QUOTA_EXCEEDED"), slow.log());
  }

  @Test
  void shutdownClosesEveryConnection() {
    world.sessions.shutdown();
    world.run();

    assertTrue(publisher.log().contains("DISCONNECT SERVER_SHUTTING_DOWN"));
    assertTrue(watcher.connection.closed);
  }

  private TestClient withWill(long delaySeconds, long sessionExpirySeconds) {
    Will will = new Will(message("will", "gone", 0), delaySeconds, -1);
    TestClient client = world.client("mortal", 2).with(r -> r.will(will));
    if (sessionExpirySeconds > 0) {
      client.with(r -> r.persistent(sessionExpirySeconds));
    }
    return client.connected();
  }
}
