package io.spillway.broker.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.store.JournalStore;
import io.spillway.broker.store.MemoryStore;
import io.spillway.broker.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that publish, lose their connections and come back on other homes, in an order that a
 * seed decides, over a network, loops and a store that take their time. At the end everybody is
 * asked what arrived.
 */
final class RandomScriptTest {
  private static final int CLIENTS = 5;
  private static final int HOMES = 3;
  private static final int STEPS = 6000;
  private static final SessionLimits LIMITS =
      new SessionLimits(
          5,
          100,
          1_000_000,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          SessionLimits.QueueFull.DROP_NEWEST,
          1000,
          1000);

  private final List<ScriptClient> clients = new ArrayList<>();
  private final List<String> published = new ArrayList<>();
  private Random random;

  /** How fast the store is. */
  private int commitsInTen;

  private Store store;
  private World world;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void nothingIsLostRepeatedOrReordered(long seed) {
    play(seed, new MemoryStore(), false);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void nothingIsLostRepeatedOrReorderedWithASlowStore(long seed) {
    play(seed, new JournalStore(), false);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void nothingIsLostRepeatedOrReorderedByCrashes(long seed) {
    play(seed, new JournalStore(), true);
  }

  private void play(long seed, Store chosen, boolean crashes) {
    random = new Random(seed);
    commitsInTen = 1 + random.nextInt(9);
    store = chosen;
    world = newWorld();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new ScriptClient("c" + i));
    }
    clients.forEach(client -> client.connect(world, random.nextInt(HOMES)));
    settle();
    for (ScriptClient client : clients) {
      client.subscribe("t/#", 2);
      if (random.nextBoolean()) {
        client.subscribe("t/+/" + random.nextInt(CLIENTS), 2);
      }
    }
    settle();

    for (int i = 0; i < STEPS; i++) {
      step(crashes);
    }

    settle();
    clients.forEach(this::check);
  }

  private void step(boolean crashes) {
    ScriptClient client = clients.get(random.nextInt(CLIENTS));
    int dice = random.nextInt(1000);
    if (dice < 300) {
      world.loops.turn();
    } else if (dice < 500) {
      client.up();
    } else if (dice < 750) {
      client.down();
    } else if (dice < 900) {
      publish(client);
    } else if (dice < 980) {
      if (random.nextInt(10) < commitsInTen) {
        commitSome();
      }
    } else if (dice < 990) {
      connect(client);
    } else if (dice < 997) {
      if (!client.isOffline()) {
        client.lose();
      }
    } else if (crashes) {
      crash();
    }
  }

  private void publish(ScriptClient client) {
    int number = clients.indexOf(client);
    int qos = 1 + random.nextInt(2);
    String topicName = "t/" + qos + "/" + number;
    String payload = String.valueOf(published.size());
    if (client.publish(topicName, payload, qos)) {
      published.add(topicName + " " + payload);
    }
  }

  /** Comes back, or takes its own session over. */
  private void connect(ScriptClient client) {
    if (!client.isOffline() && random.nextBoolean()) {
      client.lose();
    }
    client.connect(world, random.nextInt(HOMES));
  }

  private void commitSome() {
    if (store instanceof JournalStore journal) {
      journal.commitBatches(1 + random.nextInt(5));
    }
  }

  private void crash() {
    JournalStore journal = (JournalStore) store;
    journal.commitBatches(random.nextInt(3));
    journal.crash();
    clients.forEach(ScriptClient::crashed);
    world = newWorld();
  }

  private World newWorld() {
    return new World(HOMES, random.nextLong(), store, LIMITS, 20);
  }

  /** Brings everybody back and lets everything arrive. */
  private void settle() {
    for (int quiet = 0, i = 0; quiet < 3; i++) {
      assertTrue(i < 200_000, "it doesn't come to rest");
      boolean moved = world.loops.turn();
      if (store instanceof JournalStore journal) {
        moved |= journal.waitingBatches() > 0;
        journal.commitAll();
      }
      for (ScriptClient client : clients) {
        if (client.isOffline()) {
          client.connect(world, random.nextInt(HOMES));
          moved = true;
        }
        moved |= client.up() | client.down();
      }
      quiet = moved ? 0 : quiet + 1;
    }
    clients.forEach(client -> assertTrue(client.isIdle(), client::toString));
  }

  private void check(ScriptClient client) {
    for (int qos = 1; qos <= 2; qos++) {
      for (int publisher = 0; publisher < CLIENTS; publisher++) {
        String topicName = "t/" + qos + "/" + publisher + " ";
        List<String> expected =
            published.stream().filter(line -> line.startsWith(topicName)).toList();
        List<String> got = client.got.stream().filter(line -> line.startsWith(topicName)).toList();
        // QoS 1 may come twice; its first arrivals are in order.
        assertEquals(expected, qos == 2 ? got : new ArrayList<>(new LinkedHashSet<>(got)));
      }
    }
  }
}
