package io.spillway.broker.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.store.LoadedDelivery;
import io.spillway.broker.store.RocksStore;
import io.spillway.broker.store.Store;
import io.spillway.broker.store.StoreReader;
import io.spillway.broker.store.StoredSession;
import io.spillway.broker.store.StoredSubscription;
import io.spillway.mqtt.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many threads set and clear the same few topics' retained messages at once. */
final class RetainedOrderTest {
  private static final int THREADS = 4;
  private static final int TOPICS = 3;
  private static final int ROUNDS = 300;
  private static final int CHANGES = 20;

  @TempDir Path directory;

  private final AtomicLong sequence = new AtomicLong();

  @Test
  void whatIsRetainedInMemoryIsWhatIsRetainedOnTheDisk() throws Exception {
    Map<String, String> inMemory;
    try (Store store = RocksStore.open(directory, Duration.ZERO)) {
      store.load(new OnlyRetained());
      RetainedMessages retained =
          new RetainedMessages(store, new RetainedLimits(10_000, 1 << 30), () -> false);
      // Only the last change of each round can go wrong, so there are many rounds with new topics.
      for (int round = 0; round < ROUNDS; round++) {
        hammer(retained, store, round);
      }
      commit(store);
      inMemory = texts(retained);
    }

    OnlyRetained onDisk = new OnlyRetained();
    try (Store store = RocksStore.open(directory, Duration.ZERO)) {
      store.load(onDisk);
    }
    assertEquals(inMemory, onDisk.texts);
  }

  private void hammer(RetainedMessages retained, Store store, int round) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(round * THREADS + i);
      Thread thread = new Thread(() -> change(retained, store, round, start, random));
      threads.add(thread);
      thread.start();
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(20));
    }
  }

  private void change(
      RetainedMessages retained, Store store, int round, CountDownLatch start, Random random) {
    try {
      start.await();
    } catch (InterruptedException e) {
      return;
    }
    for (int i = 0; i < CHANGES; i++) {
      String payload = random.nextInt(3) == 0 ? "" : "value " + random.nextInt();
      Message message =
          Message.of(
              "r/" + round + "/" + random.nextInt(TOPICS),
              payload.getBytes(StandardCharsets.UTF_8),
              random.nextInt(2),
              true);
      retained.set(message, sequence.incrementAndGet());
      store.flush();
    }
  }

  private static Map<String, String> texts(RetainedMessages retained) {
    Map<String, String> texts = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int topic = 0; topic < TOPICS; topic++) {
        Message message = retained.get("r/" + round + "/" + topic);
        if (message != null) {
          texts.put(message.topicName(), text(message));
        }
      }
    }
    return texts;
  }

  private static String text(Message message) {
    return StandardCharsets.UTF_8.decode(message.payload()).toString();
  }

  private static void commit(Store store) throws InterruptedException {
    CountDownLatch durable = new CountDownLatch(1);
    store.commit(Runnable::run, durable::countDown);
    assertTrue(durable.await(20, TimeUnit.SECONDS));
  }

  private static final class OnlyRetained implements StoreReader {
    final Map<String, String> texts = new TreeMap<>();

    @Override
    public void retained(long sequence, Message message) {
      texts.put(message.topicName(), text(message));
    }

    @Override
    public void session(StoredSession session) {}

    @Override
    public void subscription(long sessionId, StoredSubscription subscription) {}

    @Override
    public void delivery(LoadedDelivery loaded) {}

    @Override
    public void received(long sessionId, int packetId) {}
  }
}
