package io.spillway.broker.session;

import static io.spillway.broker.session.World.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.session.World.TestClient;
import io.spillway.broker.store.JournalStore;
import io.spillway.mqtt.ProtocolVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store whose commits are held: who waits for it, who doesn't, and that nothing grows. */
final class SlowDiskTest {
  private final JournalStore store = new JournalStore();
  private final World world = new World(2, 1, store, SessionLimits.DEFAULT, 1000);
  private final TestClient keeper =
      world.client("keeper", 1).with(r -> r.persistent(1000)).connected();
  private final TestClient live = world.client("live", 1).connected().subscribed("t", 0);
  private final TestClient publisher = publisher(ProtocolVersion.MQTT_3_1_1);

  @Test
  void deliveryToConnectedClientsWaitsForNoCommit() {
    keep();

    publisher.publish(message("t", "x", 1), 1);

    assertEquals(List.of("PUBLISH t x q0"), live.log());
    assertEquals(List.of("PUBLISH t x q1 #1"), keeper.log());
    assertEquals(List.of(), publisher.log());
  }

  @Test
  void aPublisherIsReadNoFurtherWhileAHundredOfItsMessagesWait() {
    keep();

    for (int i = 1; i < 100; i++) {
      publisher.publish(message("t", "x", 1), i);
    }
    assertFalse(publisher.connection.paused);
    publisher.publish(message("t", "x", 1), 100);
    assertTrue(publisher.connection.paused);

    commit();
    assertFalse(publisher.connection.paused);
    assertEquals(100, publisher.log().size());
  }

  @Test
  void allPublishersPauseWhileTheStoreIsCrowdedAndOthersDont() {
    keep();
    store.crowd(true);

    publisher.publish(message("t", "x", 1), 1);
    live.publish("t", "y");

    assertTrue(publisher.connection.paused);
    assertFalse(live.connection.paused);
    assertEquals(List.of("PUBLISH t x q0", "PUBLISH t y q0"), live.log());

    store.crowd(false);
    world.run();
    assertFalse(publisher.connection.paused);
  }

  @Test
  void whenNothingMoreCanBeHeldForAFailingDiskOldClientsAreClosedAndNewOnesRefused() {
    keep();
    keeper.lose();
    store.fail(true);
    store.crowd(true);

    publisher.publish(message("t", "x", 1), 1);
    keeper.connect();

    assertEquals(List.of("DISCONNECT QUOTA_EXCEEDED"), publisher.log());
    assertEquals(List.of("CONNACK QUOTA_EXCEEDED"), keeper.log());
    live.publish("t", "goes on");
    assertEquals(List.of("PUBLISH t goes on q0"), live.log());
  }

  @Test
  void qos0RetainedValuesOfOneTopicWaitOnce() {
    for (int i = 0; i < 1000; i++) {
      publisher.publish(World.retained("r", "v" + i, 0), 0);
    }

    assertEquals(1, store.waitingBatches());
    store.commitAll();
    assertEquals(1, store.retained());
    store.crash();
    World after = new World(2, 1, store, SessionLimits.DEFAULT, 1000);
    assertEquals(
        List.of("SUBACK #1 [SUCCESS]", "PUBLISH r v999 q0 retain"),
        after.client("reader", 0).connected().subscribe("r", 0).log());
  }

  private void keep() {
    keeper.subscribe("t", 1);
    commit();
    keeper.log();
  }

  private void commit() {
    do {
      store.commitAll();
      world.run();
    } while (store.waitingBatches() > 0);
  }

  private TestClient publisher(ProtocolVersion version) {
    return world.client("publisher", 0).with(r -> r.version(version)).connected();
  }
}
