package io.spillway.broker.session;

import static io.spillway.broker.session.World.message;
import static io.spillway.broker.session.World.retained;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.spillway.broker.session.World.TestClient;
import io.spillway.broker.store.JournalStore;
import io.spillway.mqtt.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for the store and what doesn't, and what is there again after a crash. */
final class DurabilityTest {
  private final JournalStore store = new JournalStore();
  private World world = restarted();
  private TestClient publisher = world.client("publisher", 0).connected();
  private TestClient keeper = keeper();

  @Test
  void theAcknowledgementWaitsForTheCommitAndTheDeliveryDoesnt() {
    publisher.publish(message("t", "x", 1), 1);

    assertEquals(List.of("PUBLISH t x q1 #1"), keeper.log());
    assertEquals(List.of(), publisher.log());
    commit();
    assertEquals(List.of("PUBACK #1"), publisher.log());
  }

  @Test
  void whatNobodyKeepsIsAcknowledgedAtOnce() {
    TestClient live = world.client("live", 1).connected().subscribed("live", 1);

    publisher.publish(message("live", "x", 1), 1);

    assertEquals(List.of("PUBACK #1"), publisher.log());
    assertEquals(1, live.log().size());
  }

  @Test
  void acknowledgementsKeepTheOrderOfTheirMessages() {
    publisher.publish(message("t", "kept", 1), 1).publish(message("nobody", "x", 1), 2);

    assertEquals(List.of(), publisher.log());
    commit();
    assertEquals(List.of("PUBACK #1", "PUBACK #2 NO_MATCHING_SUBSCRIBERS"), publisher.log());
  }

  @Test
  void aRetainedMessagesAcknowledgementWaits() {
    publisher.publish(retained("r", "x", 1), 1);
    assertEquals(List.of(), publisher.log());
    commit();
    assertEquals(1, publisher.log().size());

    crash();

    TestClient reader = world.client("reader", 0).connected();
    reader.subscribe("r", 0);
    assertEquals(List.of("SUBACK #1 [SUCCESS]", "PUBLISH r x q0 retain"), reader.log());
  }

  @Test
  void aPersistentSessionsSubackAndUnsubackWait() {
    keeper.subscribe("more", 1);

    assertEquals(List.of(), keeper.log());
    commit();
    assertEquals(List.of("SUBACK #1 [GRANTED_QOS_1]"), keeper.log());

    keeper.unsubscribe("more");
    assertEquals(List.of(), keeper.log());
    commit();
    assertEquals(List.of("UNSUBACK #2 [SUCCESS]"), keeper.log());
  }

  @Test
  void theConnackOfANewPersistentSessionWaits() {
    TestClient fresh = world.client("fresh", 0).with(r -> r.persistent(1000));
    fresh.ask(new TestConnection(world.home(0)));

    assertEquals(List.of(), fresh.log());
    commit();
    assertEquals(List.of("CONNACK"), fresh.log());

    crash();
    fresh = world.client("fresh", 0).with(r -> r.persistent(1000)).connect();
    assertEquals(List.of("CONNACK present"), fresh.log());
  }

  @Test
  void theConnackOfWhoeverClearsASessionWaitsUntilItIsGone() {
    TestClient cleaner = world.client("keeper", 0);
    cleaner.ask(new TestConnection(world.home(0)));

    assertEquals(List.of(), cleaner.log());
    commit();
    assertEquals(List.of("CONNACK"), cleaner.log());
  }

  @Test
  void theConnackOfASessionThatNobodyKeepsComesAtOnce() {
    TestClient passing = world.client("passing", 0);
    passing.ask(new TestConnection(world.home(0)));

    assertEquals(List.of("CONNACK"), passing.log());
    passing.lose();
    assertEquals(0, store.waitingBatches(), "it leaves no trace in the store");
  }

  @Test
  void whoConnectsAgainBeforeTheCommitTakesOverAfterIt() {
    TestClient first = world.client("twice", 0).with(r -> r.persistent(1000));
    first.ask(new TestConnection(world.home(0)));
    TestClient second = world.client("twice", 1).with(r -> r.persistent(1000));
    second.ask(new TestConnection(world.home(1)));
    commit();

    assertEquals(List.of("CONNACK", "DISCONNECT SESSION_TAKEN_OVER"), first.log());
    assertEquals(List.of("CONNACK present"), second.log());
  }

  @Test
  void onlySoManyConnectionsOfAClientWaitForADiskThatHangs() {
    TestClient first = world.client("eager", 0).with(r -> r.persistent(1000));
    first.ask(new TestConnection(world.home(0)));
    List<TestClient> behind = new ArrayList<>();
    for (int i = 0; i < SessionLifecycle.BEHIND_MAX; i++) {
      TestClient next = world.client("eager", i % 2).with(r -> r.persistent(1000));
      behind.add(next.ask(new TestConnection(world.home(i % 2))));
    }

    TestClient late = world.client("eager", 1).with(r -> r.persistent(1000));
    late.ask(new TestConnection(world.home(1)));

    assertEquals(List.of("CONNACK QUOTA_EXCEEDED"), late.log());
    commit();
    assertEquals(List.of("CONNACK", "DISCONNECT SESSION_TAKEN_OVER"), first.log());
    TestClient last = behind.remove(behind.size() - 1);
    assertEquals(List.of("CONNACK present"), last.log());
    for (TestClient each : behind) {
      assertEquals(List.of("CONNACK present", "DISCONNECT SESSION_TAKEN_OVER"), each.log());
    }
  }

  @Test
  void aSessionThatIsRemovedBeforeItsClientIsAcceptedEndsAfterThat() {
    TestClient fresh = world.client("fresh", 0).with(r -> r.persistent(1000));
    fresh.ask(new TestConnection(world.home(0)));
    List<String> told = new ArrayList<>();

    world.sessions.drop(
        "fresh", ReasonCode.ADMINISTRATIVE_ACTION, "removed", () -> told.add("removed"));
    world.run();
    assertEquals(List.of(), told, "it is there still");
    commit();

    assertEquals(List.of("removed"), told);
    assertEquals(List.of("CONNACK", "DISCONNECT ADMINISTRATIVE_ACTION"), fresh.log());
    assertNull(world.sessions.get("fresh"));
    assertEquals(1, store.sessions(), "the keeper's");
  }

  @Test
  void whoGivesUpBeforeTheFirstCommitLeavesNoSession() {
    TestConnection hasty = new TestConnection(world.home(0));
    RequestBuilder forEver = new RequestBuilder("hasty").persistent(ConnectRequest.NEVER);
    world.on(0, () -> world.sessions.connect(forEver.build(), hasty));
    world.on(0, () -> world.sessions.abandon(hasty));
    commit();

    assertEquals(List.of(), hasty.takeLog());
    assertNull(world.sessions.get("hasty"));
    assertEquals(1, store.sessions(), "the keeper's");
  }

  @Test
  void whoGivesUpBeforeTheCommitLeavesTheSessionAsItWas() {
    Will will = new Will(message("will", "gone", 0), 0, -1);
    keeper.lose();
    commit();
    TestClient watcher = world.client("watcher", 0).connected().subscribed("will", 0);
    TestConnection hasty = new TestConnection(world.home(0));
    world.client("keeper", 0).with(r -> r.persistent(10).will(will)).ask(hasty);
    world.on(0, () -> world.sessions.abandon(hasty));
    commit();

    world.pass(Duration.ofSeconds(900));
    keeper.connect();
    assertEquals(List.of(), hasty.takeLog());
    assertEquals(List.of("CONNACK present"), keeper.log());
    assertEquals(List.of(), watcher.log());
  }

  @Test
  void whatCantBeKeptIsRefusedWhileTheStoreFails() {
    store.fail(true);

    TestClient fresh = world.client("fresh", 0).with(r -> r.persistent(1000)).connect();
    assertEquals(List.of("CONNACK QUOTA_EXCEEDED"), fresh.log());
    keeper.subscribe("more", 1);
    assertEquals(List.of("SUBACK #1 [QUOTA_EXCEEDED]"), keeper.log());
    publisher.publish(message("t", "x", 1), 1);
    assertEquals(List.of("PUBACK #1 QUOTA_EXCEEDED"), publisher.log());

    Will will = new Will(message("will", "gone", 0), 0, -1);
    TestClient live = world.client("live", 0).with(r -> r.will(will)).connect();
    assertEquals(List.of("CONNACK"), live.log());
    live.subscribed("live", 0).publish("live", "goes on");
    assertEquals(List.of("PUBLISH live goes on q0"), live.log());
    keeper.lose().connect();
    assertEquals(List.of("CONNACK present"), keeper.log());
  }

  @Test
  void outgoingQos2WaitsForItsPacketIdentifierAndItsRelease() {
    publisher.publish(message("t", "x", 2), 1);
    assertEquals(List.of(), keeper.log());
    commit();
    assertEquals(List.of("PUBLISH t x q2 #1"), keeper.log());

    keeper.act(session -> session.pubrec(1, ReasonCode.SUCCESS));
    assertEquals(List.of(), keeper.log());
    commit();
    assertEquals(List.of("PUBREL #1"), keeper.log());
    keeper.act(session -> session.pubcomp(1, ReasonCode.SUCCESS));
    commit();
    assertEquals(0, store.deliveries());
  }

  @Test
  void aCrashForgetsNothingThatWasAcknowledged() {
    publisher.publish(message("t", "a", 1), 1).publish(message("t", "b", 2), 2);
    commit();
    publisher.publish(message("t", "not acknowledged", 1), 3);

    crash();
    keeper.connect();
    commit();

    assertEquals(
        List.of("CONNACK present", "PUBLISH t b q2 dup #2", "PUBLISH t a q1 #3"), keeper.log());
  }

  @Test
  void aReleasedMessageIsOnlyReleasedAgainAfterACrash() {
    publisher.publish(message("t", "x", 2), 1);
    commit();
    keeper.act(session -> session.pubrec(1, ReasonCode.SUCCESS));
    commit();

    crash();
    keeper.connect();

    assertEquals(List.of("CONNACK present", "PUBREL #1"), keeper.log());
  }

  @Test
  void aQos2MessageTakenBeforeACrashIsntTakenAgain() {
    TestClient careful = world.client("careful", 1).with(r -> r.persistent(100)).connected();
    careful.publish(message("t", "once", 2), 5);
    commit();
    assertEquals(List.of("PUBREC #5"), careful.log());

    crash();
    careful = world.client("careful", 1).with(r -> r.persistent(100)).connected();
    careful.publish(message("t", "once", 2), 5);
    keeper.connect();
    commit();

    assertEquals(List.of("PUBREC #5"), careful.log());
    assertEquals(List.of("CONNACK present", "PUBLISH t once q2 dup #1"), keeper.log());
  }

  @Test
  void sessionsAndTheirSubscriptionsExpireAfterARestartToo() {
    keeper.lose();
    commit();
    crash();

    world.pass(Duration.ofSeconds(2000));
    commit();

    assertEquals(0, world.sessions.count());
    assertEquals(0, store.sessions());
    assertEquals(0, world.router.subscriptions().filters());
  }

  @Test
  void theWillOfAClientThatWasConnectedIsPublishedAfterTheGracePeriod() {
    Will will = new Will(message("will", "gone", 0), 0, -1);
    world.client("mortal", 1).with(r -> r.will(will)).connected();
    commit();
    crash();
    TestClient watcher = world.client("watcher", 0).connected().subscribed("will", 0);

    world.pass(Duration.ofSeconds(29));
    assertEquals(List.of(), watcher.log());
    world.pass(Duration.ofSeconds(2));
    assertEquals(List.of("PUBLISH will gone q0"), watcher.log());
    commit();
    assertEquals(1, store.sessions(), "the keeper's");
  }

  @Test
  void aWillIsNotPublishedWhenItsClientIsBackWithinTheGracePeriod() {
    Will will = new Will(message("will", "gone", 0), 0, -1);
    world.client("mortal", 1).with(r -> r.persistent(1000).will(will)).connected();
    commit();
    crash();
    TestClient watcher = world.client("watcher", 0).connected().subscribed("will", 0);

    world.pass(Duration.ofSeconds(20));
    world.client("mortal", 1).with(r -> r.persistent(1000)).connected();
    world.pass(Duration.ofSeconds(60));

    assertEquals(List.of(), watcher.log());
  }

  @Test
  void whatExpiresLeavesTheStoreThoughNobodyComesForIt() {
    keeper.lose();
    publisher.publish(message("t", "short", 1).withExpiresAt(world.loops.nowMillis() + 1000), 1);
    publisher.publish(retained("r", "short", 1).withExpiresAt(world.loops.nowMillis() + 1000), 2);
    commit();
    assertEquals(1, store.deliveries());
    assertEquals(1, store.retained());

    world.pass(Duration.ofMinutes(2));
    commit();

    assertEquals(0, store.deliveries());
    assertEquals(0, store.retained());
  }

  @Test
  void aDayOfComingAndGoingLeavesNothingBehind() {
    for (int hour = 0; hour < 24; hour++) {
      for (int i = 0; i < 10; i++) {
        TestClient visitor = world.client("visitor-" + hour + "-" + i, i % 2);
        visitor.with(r -> r.persistent(600)).connected().subscribed("visit/" + i, 2).lose();
        publisher.publish(message("visit/" + i, "hello", 1), 1 + hour * 10 + i);
        publisher.publish(retained("now/" + i, "hour " + hour, 1), 1000 + hour * 10 + i);
      }
      commit();
      world.pass(Duration.ofHours(1));
      commit();
      assertEquals(1, store.sessions(), "the keeper's");
      assertEquals(0, store.deliveries());
      assertEquals(10, store.retained());
    }
  }

  @Test
  void droppedAndExpiredMessagesLeaveTheStore() {
    keeper.lose();
    publisher.publish(message("t", "short", 1).withExpiresAt(world.loops.nowMillis() + 1000), 1);
    commit();
    assertEquals(1, store.deliveries());

    world.pass(Duration.ofSeconds(5));
    keeper.connect();
    commit();

    assertEquals(0, store.deliveries());
  }

  private TestClient keeper() {
    TestClient client = world.client("keeper", 1).with(r -> r.persistent(1000)).connected();
    client.subscribe("t", 2);
    commit();
    client.log();
    return client;
  }

  private void crash() {
    store.crash();
    world = restarted();
    publisher = world.client("publisher", 0);
    keeper = world.client("keeper", 1).with(r -> r.persistent(1000));
  }

  private void commit() {
    while (store.waitingBatches() > 0) {
      store.commitAll();
      world.run();
    }
    store.commitAll();
    world.run();
  }

  private World restarted() {
    return new World(2, 1, store, SessionLimits.DEFAULT, 1000);
  }
}
