package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.CoreProcess;
import io.spillway.testing.PersistentPublisher;
import io.spillway.testing.PersistentSubscriber;
import io.spillway.testing.RawClient;
import io.spillway.testing.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Publishers and subscribers of QoS 1 and 2, over TCP and WebSocket, while the core is killed again
 * and again: also while it starts, and right after, when its database compacts tables. {@code
 * -Dcrash.rounds=100} makes it long, and has it wait for compactions to kill; {@code -Dcrash.seed}
 * makes it another.
 */
class CrashTest {
  private static final int ROUNDS = Integer.getInteger("crash.rounds", 5);
  private static final long SEED = Long.getLong("crash.seed", System.nanoTime());
  private static final boolean LONG = ROUNDS > 5;
  private static final int WINDOW = 10;

  /** How long a start is given until the database compacts. */
  private static final long COMPACTION_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private final List<PersistentPublisher> publishers = new ArrayList<>();
  private final List<PersistentSubscriber> subscribers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private int inCompaction;
  private volatile boolean publishing = true;
  private volatile boolean running = true;

  private interface Connector {
    RawClient connect() throws IOException;
  }

  private interface Life {
    void live(RawClient client);
  }

  @Test
  void nothingAcknowledgedIsLostByKills() throws Exception {
    try (CoreProcess core =
            new CoreProcess(
                directory,
                "broker.limits.max-queued-messages=10000000",
                "broker.limits.max-queued-bytes=1GiB",
                "log.connection-messages=false");
        TestGateway gateway = TestGateway.before(core.linkPort())) {
      core.start();
      gateway.awaitReady();
      Connector tcp = () -> new RawClient(Wire.tcp(core.tcpPort()));
      Connector webSocket = gateway::browser;
      subscribe("s-tcp", tcp);
      subscribe("s-ws", webSocket);
      for (int qos = 1; qos <= 2; qos++) {
        publish("p-tcp-" + qos, qos, tcp);
        publish("p-ws-" + qos, qos, webSocket);
      }

      for (int round = 0; round < ROUNDS; round++) {
        // Right after a start the database puts the tables of the last ones together.
        parkMillis(random.nextInt(4) == 0 ? random.nextInt(60) : 300 + random.nextInt(1200));
        core.kill();
        if (random.nextInt(3) == 0) {
          core.launch();
          parkMillis(random.nextInt(1200));
          core.kill();
        } else if (LONG) {
          core.launch();
          inCompaction += killInCompaction(core) ? 1 : 0;
        }
        core.start();
      }
      publishing = false;
      await(
          "everything acknowledged",
          () -> publishers.stream().allMatch(PersistentPublisher::isIdle));
      await("everything received", this::isAllReceived);
    } finally {
      running = false;
    }
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(20));
    }
    check();
  }

  /** Right after a start, if it comes to that; returns whether it did. */
  private static boolean killInCompaction(CoreProcess core) {
    long deadline = System.nanoTime() + COMPACTION_NANOS;
    boolean compacting = core.isCompacting();
    while (!compacting && System.nanoTime() < deadline) {
      compacting = core.isCompacting();
    }
    core.kill();
    return compacting;
  }

  private boolean isAllReceived() {
    for (PersistentPublisher publisher : publishers) {
      for (PersistentSubscriber subscriber : subscribers) {
        List<Integer> numbers = subscriber.numbers(publisher.topic());
        if (numbers.isEmpty()
            || numbers.get(numbers.size() - 1) < publisher.acknowledged()
            || numbers.size() < publisher.acknowledged()) {
          return false;
        }
      }
    }
    return true;
  }

  private void check() {
    int sum = 0;
    int repeated = 0;
    for (PersistentPublisher publisher : publishers) {
      List<Integer> all = IntStream.rangeClosed(1, publisher.acknowledged()).boxed().toList();
      assertTrue(all.size() > ROUNDS, publisher.topic() + " has published " + all.size());
      sum += all.size();
      for (PersistentSubscriber subscriber : subscribers) {
        List<Integer> numbers = subscriber.numbers(publisher.topic());
        String what = publisher.topic() + ", seed " + SEED;
        assertEquals(all, new ArrayList<>(new LinkedHashSet<>(numbers)), what);
        if (publisher.qos() == 2) {
          assertEquals(all, numbers, "exactly once: " + what);
        }
        repeated += numbers.size() - all.size();
      }
    }
    System.err.printf(
        "%d rounds, %d kills in a compaction: %d messages acknowledged, all received; %d repeated at"
            + " QoS 1, none at QoS 2%n",
        ROUNDS, inCompaction, sum, repeated);
    assertTrue(!LONG || inCompaction > 0, "no kill has met a compaction");
  }

  private void publish(String name, int qos, Connector connector) {
    String padding = "x".repeat(200 + random.nextInt(2000));
    PersistentPublisher publisher = new PersistentPublisher(name, "crash/" + name, qos, padding);
    publishers.add(publisher);
    start(
        name,
        connector,
        client -> {
          publisher.connect(client);
          while (running && (publishing || !publisher.isIdle())) {
            while (publishing && publisher.unacknowledged() < WINDOW) {
              publisher.publishNext(client);
            }
            publisher.handle(client, client.read());
          }
        });
  }

  private void subscribe(String name, Connector connector) throws IOException {
    PersistentSubscriber subscriber = new PersistentSubscriber(name);
    subscribers.add(subscriber);
    try (RawClient client = connector.connect()) {
      subscriber.connect(client);
      client.subscribe("crash/#", 2);
    }
    start(
        name,
        connector,
        client -> {
          assertTrue(subscriber.connect(client), "the session is there");
          while (running) {
            subscriber.handle(client, client.read());
          }
        });
  }

  /** Lives one connection after the other, as each ends by a kill. */
  private void start(String name, Connector connector, Life life) {
    Thread thread =
        new Thread(
            () -> {
              while (running) {
                try (RawClient client = connector.connect()) {
                  life.live(client);
                } catch (IOException | RuntimeException | AssertionError e) {
                  // The connection was cut, or there is none to be had yet.
                }
                LockSupport.parkNanos(RETRY_NANOS);
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not in time: " + what);
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }

  private static void parkMillis(int millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
