package io.spillway.broker.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.mqtt.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

/** The store on disk: what is there again after it was closed, and what it says when it can't. */
class RocksStoreTest {
  @TempDir Path directory;

  @Test
  void itGivesBackWhatAStoreInMemoryWouldHaveKept() throws Exception {
    Random random = new Random(11);
    JournalStore expected = new JournalStore();
    for (int round = 0; round < 4; round++) {
      try (RocksStore store = open()) {
        assertEquals(LoadedStore.of(expected), LoadedStore.of(store), "round " + round);
        new RandomWrites(random, expected, store, round * 1000).write(800);
        expected.commit(Runnable::run, () -> {});
        commit(store);
      }
      expected.commitAll();
    }
    try (RocksStore store = open()) {
      assertEquals(LoadedStore.of(expected), LoadedStore.of(store));
    }
  }

  @Test
  void deliveriesComeInTheOrderOfTheirSequencesAfterTheirSession() throws Exception {
    try (RocksStore store = loaded()) {
      store.putSession(session(7));
      for (long sequence : new long[] {300, 2, 70_000, 255}) {
        store.putDeliveries(sequence, message("t", "m" + sequence), List.of(delivery(7, 1)));
      }
      commit(store);
    }

    try (RocksStore store = open()) {
      List<String> lines = LoadedStore.inOrder(store);
      assertTrue(lines.get(0).startsWith("session 7 "), lines.get(0));
      assertEquals(
          List.of("2", "255", "300", "70000"),
          lines.subList(1, 5).stream().map(line -> line.split(" ")[2]).toList());
    }
  }

  @Test
  void aMessageForManyIsStoredOnceAndGoesWithItsLastDelivery() throws Exception {
    int sessions = 100;
    String payload = "x".repeat(1 << 20);
    try (RocksStore store = loaded()) {
      List<StoredDelivery> deliveries = new ArrayList<>();
      for (int id = 1; id <= sessions; id++) {
        store.putSession(session(id));
        deliveries.add(delivery(id, 1));
      }
      store.putDeliveries(5, message("large", payload), deliveries);
      commit(store);
    }
    long stored = size();
    assertTrue(stored < 4 << 20, stored + " bytes");

    try (RocksStore store = open()) {
      assertEquals(2 * sessions, LoadedStore.of(store).size());
      for (int id = 1; id < sessions; id++) {
        store.removeDelivery(id, 5);
      }
      commit(store);
    }
    try (RocksStore store = open()) {
      assertEquals(sessions + 1, LoadedStore.of(store).size());
      store.removeSession(sessions);
      commit(store);
    }
    try (RocksStore store = open()) {
      assertEquals(sessions - 1, LoadedStore.of(store).size());
      commit(store);
    }
    try (Database database = Database.open(StoreDirectory.take(directory));
        var iterator = database.iterator()) {
      iterator.seek(new byte[] {Keys.BODY});
      assertFalse(iterator.isValid() && iterator.key()[0] == Keys.BODY, "a body is left");
    }
  }

  @Test
  void whatHasExpiredIsNotThereAfterAStart() throws Exception {
    Message short1 = message("t", "short").withExpiresAt(System.currentTimeMillis() - 1);
    try (RocksStore store = loaded()) {
      store.putSession(session(1));
      Retained.put(store, 1, short1);
      store.putDeliveries(2, short1, List.of(delivery(1, 1)));
      store.putDeliveries(3, message("t", "long"), List.of(delivery(1, 1)));
      commit(store);
    }

    try (RocksStore store = open()) {
      List<String> lines = LoadedStore.of(store);
      assertEquals(2, lines.size(), lines.toString());
      assertEquals("delivery 1 3 0 t=long 1 false null", lines.get(0));
    }
  }

  @Test
  void diskUseIsBoundedWhateverPassesThrough() throws Exception {
    String payload = "p".repeat(10_000);
    try (RocksStore store = loaded()) {
      store.putSession(session(1));
      for (int i = 1; i <= 30_000; i++) { // 300 MB.
        store.putDeliveries(i, message("t", payload + i), List.of(delivery(1, 1)));
        if (i > 100) {
          store.removeDelivery(1, i - 100);
        }
        Retained.put(store, i, message("r/" + i % 50, payload + i));
        if (i % 200 == 0) {
          commit(store);
        }
      }
    }

    long bytes = size();
    assertTrue(bytes < 100 << 20, bytes + " bytes");
  }

  @Test
  void asyncAnswersAtOnceAndIsOnTheDiskSoon() throws Exception {
    List<String> answered = new ArrayList<>();
    try (RocksStore store = RocksStore.open(directory, Duration.ofMillis(20))) {
      LoadedStore.of(store);
      Retained.put(store, 1, message("t", "m"));
      store.commit(Runnable::run, () -> answered.add("now"));
      assertEquals(List.of("now"), answered);
    }
    try (RocksStore store = open()) {
      assertEquals(List.of("retained 1 t=m"), LoadedStore.of(store));
    }
  }

  @Test
  void aDirectoryInUseIsRefused() {
    try (RocksStore store = open()) {
      StoreFailure refused = assertThrows(StoreFailure.class, this::open);
      assertTrue(refused.getMessage().contains("in use by another process"), refused.getMessage());
      assertFalse(store.isFailing());
    }
  }

  @Test
  void aStartThatWasKilledWhileItMadeTheDatabaseIsMadeAgain() throws Exception {
    Files.createDirectories(directory.resolve("database.new"));
    Files.writeString(directory.resolve("database.new/CURRENT"), "half");

    try (RocksStore store = open()) {
      assertEquals(List.of(), LoadedStore.of(store));
    }
  }

  @Test
  void aStoreOfTheFirstVersionIsRead() throws Exception {
    try (ZipInputStream zip =
        new ZipInputStream(RocksStoreTest.class.getResourceAsStream("format-1.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = directory.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.copy(zip, file);
        }
      }
    }

    try (RocksStore store = open()) {
      assertEquals(
          List.of(
              "delivery 1 4 0 a/b=for one 1 true [7, 300]",
              "delivery 1 5 0 a/c=for two 1 false null",
              "delivery 2 5 0 a/c=for two 2 false null",
              "delivery 2 6 11 a/d=assigned 2 false null",
              "delivery 2 7 65535 released",
              "received 1 42",
              "retained 3 retained/topic=value",
              "session 1 first 3600 1700000000000 will=gone 5 60",
              "session 2 zweitöns 4294967295 0 nothing 0 -1",
              "subscription 1 StoredSubscription[topicFilter=a/+, qos=1, noLocal=true,"
                  + " retainAsPublished=false, identifier=7]",
              "subscription 2 StoredSubscription[topicFilter=$share/g/#, qos=2, noLocal=false,"
                  + " retainAsPublished=true, identifier=0]"),
          LoadedStore.of(store));
    }
  }

  @Test
  void aStoreOfALaterVersionIsRefused() throws Exception {
    try (RocksStore store = loaded()) {
      commit(store);
    }
    try (StoreDirectory taken = StoreDirectory.take(directory);
        Database database = Database.open(taken);
        WriteBatch batch = new WriteBatch()) {
      batch.put(Keys.format(), Values.number(Values.FORMAT + 1));
      database.write(batch, true);
    }

    StoreFailure refused = assertThrows(StoreFailure.class, this::open);
    assertTrue(
        refused.getMessage().contains("later version: format 2 (expected: at most 1)"),
        refused.getMessage());
  }

  @Test
  void theNativeCodeIsUnpackedOnceAndMendedWhenItIsDamaged() throws Exception {
    Path code = directory.resolve("native/code");
    NativeCode.unpack(NativeCode.packed(), code);
    byte[] whole = Files.readAllBytes(code);
    FileTime first = FileTime.fromMillis(0);
    Files.setLastModifiedTime(code, first);

    NativeCode.unpack(NativeCode.packed(), code);
    assertEquals(first, Files.getLastModifiedTime(code));

    byte[] damaged = whole.clone();
    damaged[5000] ^= 1;
    Files.write(code, damaged);
    NativeCode.unpack(NativeCode.packed(), code);
    assertArrayEquals(whole, Files.readAllBytes(code));
  }

  @Test
  void onlyAnInstallationsNativeCodeIsTakenAsItIs() {
    assertTrue(Files.exists(Path.of("pom.xml")));

    assertNull(NativeCode.installed("pom.xml"), "from the working directory");
  }

  private long size() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("database"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private RocksStore open() {
    return RocksStore.open(directory, Duration.ZERO);
  }

  private RocksStore loaded() {
    RocksStore store = open();
    LoadedStore.of(store);
    return store;
  }

  private static void commit(Store store) throws InterruptedException {
    CountDownLatch durable = new CountDownLatch(1);
    store.commit(Runnable::run, durable::countDown);
    assertTrue(durable.await(10, TimeUnit.SECONDS));
  }

  private static StoredSession session(long id) {
    return new StoredSession(id, "client-" + id, 3600, 0, null, 0, -1);
  }

  private static StoredDelivery delivery(long sessionId, int qos) {
    return new StoredDelivery(sessionId, qos, false, null);
  }

  private static Message message(String topicName, String payload) {
    return Message.of(topicName, payload.getBytes(StandardCharsets.UTF_8), 1, false);
  }
}
