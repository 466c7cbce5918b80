package io.spillway.broker.store;

import io.spillway.mqtt.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * What the store takes and how long it takes, beside a bare log on the same disk. {@code rate
 * DIRECTORY}: durable messages per second. {@code fill DIRECTORY}: makes a store with a million
 * retained messages and 100,000 sessions, with which a core can be started then.
 *
 * <pre>
 * mvn -q -Pjmh -pl core-broker test-compile
 * cd core-broker/target
 * java -cp "test-classes:classes:$(cat jmh.classpath)" \
 *     io.spillway.broker.store.StoreMeasurement rate /tmp/measured
 * </pre>
 */
public final class StoreMeasurement {
  private static final int SECONDS = 5;
  private static final int PAYLOAD = 64;
  private static final int RETAINED = 1_000_000;
  private static final int SESSIONS = 100_000;
  private static final Random RANDOM = new Random(1);

  private StoreMeasurement() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]);
    if (args[0].equals("fill")) {
      fill(directory);
      return;
    }
    Files.createDirectories(directory);
    for (int inFlight : new int[] {1, 16, 1000}) {
      bareLog(directory.resolve("log"), inFlight);
      rate(directory.resolve("store-" + inFlight), inFlight);
    }
    bytes(directory.resolve("bytes"));
  }

  /** Appends as many records at once as are in flight, then syncs. */
  private static void bareLog(Path file, int inFlight) throws IOException {
    ByteBuffer records = ByteBuffer.allocateDirect(100 * inFlight);
    long[] nanos = new long[1_000_000];
    int count = 0;
    try (FileChannel log =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long end = System.nanoTime() + SECONDS * 1_000_000_000L;
      while (System.nanoTime() < end) {
        long start = System.nanoTime();
        log.write(records.clear());
        log.force(false);
        nanos[count++] = System.nanoTime() - start;
      }
    }
    Files.delete(file);
    print("bare log", inFlight, (double) count * inFlight / SECONDS, Arrays.copyOf(nanos, count));
  }

  private static void rate(Path directory, int inFlight) throws Exception {
    try (RocksStore store = open(directory)) {
      store.putSession(session(1));
      Message message = message("measured/topic");
      Semaphore window = new Semaphore(inFlight);
      long[] nanos = new long[5_000_000];
      int[] answered = {0};
      long begin = System.nanoTime();
      long end = begin + SECONDS * 1_000_000_000L;
      for (long sequence = 1; System.nanoTime() < end; sequence++) {
        window.acquire();
        long start = System.nanoTime();
        store.putDeliveries(sequence, message, List.of(delivery(1)));
        store.flush();
        store.commit(
            Runnable::run,
            () -> {
              nanos[answered[0]++] = System.nanoTime() - start;
              window.release();
            });
        if (sequence > 2000) {
          store.removeDelivery(1, sequence - 2000);
        }
      }
      window.acquire(inFlight);
      print("store", inFlight, (double) answered[0] / SECONDS, Arrays.copyOf(nanos, answered[0]));
    }
  }

  private static void bytes(Path directory) throws Exception {
    int count = 200_000;
    try (RocksStore store = open(directory)) {
      store.putSession(session(1));
      for (int i = 1; i <= count; i++) {
        store.putDeliveries(i, message("device/" + i % 1000 + "/value"), List.of(delivery(1)));
        awaitEvery(store, i);
      }
      await(store);
    }
    open(directory).close(); // What was in the log goes to tables.
    try (Stream<Path> files = Files.walk(directory.resolve("database"))) {
      long bytes = files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
      System.out.printf("%d messages of %d B: %d B each on disk%n", count, PAYLOAD, bytes / count);
    }
  }

  private static void fill(Path directory) throws Exception {
    try (RocksStore store = open(directory)) {
      for (int i = 1; i <= RETAINED; i++) {
        Retained.put(store, i, message("site/" + i % 1000 + "/device/" + i + "/value"));
        awaitEvery(store, i);
      }
      for (int i = 1; i <= SESSIONS; i++) {
        store.putSession(session(i));
        store.putSubscription(
            i, new StoredSubscription("site/" + i % 1000 + "/device/+/value", 1, false, false, 0));
        store.putDeliveries(RETAINED + i, message("site/1/device/1/value"), List.of(delivery(i)));
        awaitEvery(store, i);
      }
      await(store);
    }
  }

  private static RocksStore open(Path directory) {
    RocksStore store = RocksStore.open(directory, Duration.ZERO);
    store.load(new NoReader());
    return store;
  }

  private static void awaitEvery(Store store, int count) throws InterruptedException {
    if (count % 10_000 == 0) {
      await(store);
    }
  }

  private static void await(Store store) throws InterruptedException {
    CountDownLatch durable = new CountDownLatch(1);
    store.commit(Runnable::run, durable::countDown);
    durable.await();
  }

  private static void print(String what, int inFlight, double perSecond, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%-9s %5d in flight: %7.0f/s, median %.2f ms, p99 %.2f ms%n",
        what,
        inFlight,
        perSecond,
        nanos[nanos.length / 2] / 1e6,
        nanos[nanos.length * 99 / 100] / 1e6);
  }

  private static Message message(String topicName) {
    byte[] payload = new byte[PAYLOAD];
    RANDOM.nextBytes(payload); // Nothing to compress.
    return Message.of(topicName, payload, 1, false);
  }

  private static StoredSession session(long id) {
    return new StoredSession(id, "client-" + id, 86_400, System.currentTimeMillis(), null, 0, -1);
  }

  private static StoredDelivery delivery(long sessionId) {
    return new StoredDelivery(sessionId, 1, false, null);
  }

  private static final class NoReader implements StoreReader {
    @Override
    public void retained(long sequence, Message message) {}

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
