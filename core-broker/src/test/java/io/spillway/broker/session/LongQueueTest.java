package io.spillway.broker.session;

import static io.spillway.broker.session.World.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.session.World.TestClient;
import io.spillway.broker.store.JournalStore;
import io.spillway.mqtt.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Queues that are longer than memory should hold: what of them is there, and that all arrives. */
final class LongQueueTest {
  private static final int MANY = 3000;

  private final JournalStore store = new JournalStore();
  private World world = restarted();
  private TestClient publisher = world.client("publisher", 0).connected();
  private TestClient keeper = keeper();

  @Test
  void whatWaitsForAnAbsentClientIsInTheStoreOnlyAndComesBackInOrder() {
    keeper.lose();
    publish(1, MANY);

    assertEquals(MANY, backlog().size());
    assertTrue(inMemory() < QueuePaging.BATCH_MESSAGES, inMemory() + " in memory");
    world.pass(Duration.ofMinutes(2));
    commit();
    assertEquals(0, inMemory(), "after the sweep");

    keeper.connect();
    assertEquals(numbers(1, MANY), receive());
    assertTrue(store.reads() >= MANY / QueuePaging.BATCH_MESSAGES, store.reads() + " reads");
    assertEquals(0, store.deliveries());
  }

  @Test
  void aStartLeavesWaitingMessagesInTheStore() {
    keeper.lose();
    publish(1, 200);
    crash();

    assertEquals(200, backlog().size());
    assertEquals(0, inMemory());
    assertTrue(backlog().bytes() > 200 * 64, "what they would take is known");
    keeper.connect();
    assertEquals(numbers(1, 200), receive());
  }

  @Test
  void aSlowClientThatIsThereHasAWindowInMemory() {
    keeper.connection.writable = false;
    publish(1, MANY);

    assertTrue(inMemory() <= QueuePaging.WINDOW_MESSAGES + QueuePaging.BATCH_MESSAGES);
    assertTrue(inMemory() >= QueuePaging.WINDOW_MESSAGES);

    keeper.connection.writable = true;
    keeper.act(Session::writable);
    publish(MANY + 1, MANY + 100);
    assertEquals(numbers(1, MANY + 100), receive());
  }

  @Test
  void aClientThatComesAndGoesMissesNothing() {
    keeper.lose();
    publish(1, 500);
    List<Integer> received = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      keeper.connect();
      received.addAll(acknowledge());
      keeper.lose();
      publish(501 + 100 * i, 600 + 100 * i);
    }
    keeper.connectAt(0); // The session moves.
    received.addAll(receive());

    assertEquals(numbers(1, 1000), received);
  }

  @Test
  void whatExpiresInTheStoreIsntAskedFor() {
    keeper.lose();
    for (int i = 1; i <= 200; i++) {
      long expiresAt = i % 2 == 0 ? world.loops.nowMillis() + 1000 : Long.MAX_VALUE;
      publisher.publish(message("t", "" + i, 1).withExpiresAt(expiresAt), 1);
      commit();
    }
    world.pass(Duration.ofMinutes(2));
    commit();
    assertEquals(100, backlog().size());
    assertEquals(100, store.deliveries());

    keeper.connect();
    assertEquals(numbers(1, 200).stream().filter(i -> i % 2 == 1).toList(), receive());
  }

  @Test
  void withTheDiskHeldMessagesStayInMemoryUntilItHasThem() {
    keeper.lose();
    commit();
    for (int i = 1; i <= 90; i++) {
      publisher.publish(message("t", "" + i, 1), i);
    }
    assertEquals(90, inMemory());

    commit();
    assertTrue(inMemory() < QueuePaging.BATCH_MESSAGES);
  }

  private void publish(int from, int to) {
    for (int i = from; i <= to; i++) {
      publisher.publish(message("t", "" + i, 1), 1);
      if (i % 10 == 0 || i == to) {
        commit();
        publisher.log();
      }
    }
  }

  /** Everything that comes while each message is acknowledged. */
  private List<Integer> receive() {
    List<Integer> received = new ArrayList<>();
    for (List<Integer> some = acknowledge(); !some.isEmpty(); some = acknowledge()) {
      received.addAll(some);
    }
    return received;
  }

  private List<Integer> acknowledge() {
    commit();
    List<Integer> received = new ArrayList<>();
    for (String line : keeper.log()) {
      if (line.startsWith("PUBLISH")) {
        received.add(Integer.parseInt(line.split(" ")[2]));
        int packetId = Integer.parseInt(line.replaceFirst(".*#", ""));
        keeper.act(session -> session.puback(packetId, ReasonCode.SUCCESS));
      }
    }
    commit();
    return received;
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  private Backlog backlog() {
    return world.sessions.get("keeper").outgoing().backlog();
  }

  private int inMemory() {
    return backlog().inMemory();
  }

  private TestClient keeper() {
    TestClient client = world.client("keeper", 1).with(r -> r.persistent(100_000)).connected();
    client.subscribe("t", 1);
    commit();
    client.log();
    return client;
  }

  private void crash() {
    store.crash();
    world = restarted();
    publisher = world.client("publisher", 0).connected();
    keeper = world.client("keeper", 1).with(r -> r.persistent(100_000));
  }

  private void commit() {
    do {
      store.commitAll();
      world.run();
    } while (store.waitingBatches() > 0);
  }

  private World restarted() {
    SessionLimits limits =
        new SessionLimits(
            20,
            100,
            1_000_000,
            1L << 30,
            1L << 20,
            SessionLimits.QueueFull.DROP_NEWEST,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);
    return new World(2, 1, store, limits, 100_000);
  }
}
