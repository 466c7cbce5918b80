package io.spillway.broker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.mqtt.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of the store that are damaged, cut off, missing or old: no start loses what was promised.
 */
class DamagedStoreTest {
  @TempDir Path parent;
  private Path directory;

  @Test
  void aDamagedTableIsRefusedAndSaysWhatToDo() throws Exception {
    fillTables();
    damage(".sst", 40);

    assertRefused();
  }

  @Test
  void damageInTheMiddleOfTheLogIsRefused() throws Exception {
    fillLog(Duration.ZERO);
    damage(".log", 100);

    assertRefused();
  }

  @Test
  void aLogThatLacksWhatWasNeverPromisedLosesOnlyThat() throws Exception {
    fillLog(Duration.ofHours(1));
    cutLog();

    try (RocksStore store = open()) {
      assertEquals(49, LoadedStore.of(store).size());
    }
  }

  @Test
  void aLogThatLacksWhatWasPromisedIsRefused() throws Exception {
    fillLog(Duration.ZERO);
    cutLog();

    assertRefused();
  }

  @Test
  void aMissingLogIsRefused() throws Exception {
    fillLog(Duration.ZERO);
    Files.delete(file(".log"));

    assertRefused();
  }

  @Test
  void aMissingTableIsRefused() throws Exception {
    fillTables();
    Files.delete(file(".sst"));

    assertRefused();
  }

  @Test
  void aMissingManifestIsRefused() throws Exception {
    fillTables();
    Files.delete(file("MANIFEST-"));

    assertRefused();
  }

  @Test
  void aDatabaseWithoutItsNamesIsRefusedAndNotMadeAnew() throws Exception {
    fillTables();
    Files.delete(file("CURRENT"));

    assertRefused();
  }

  @Test
  void aMissingDatabaseIsRefusedAndNotMadeAnew() throws Exception {
    fillTables();
    Files.move(directory.resolve("database"), parent.resolve("moved away"));

    assertRefused();
    assertFalse(Files.exists(directory.resolve("database")));
  }

  @Test
  void anOlderCopyOfTheDatabaseAloneIsRefusedAndOfTheWholeDirectoryTaken() throws Exception {
    directory = parent.resolve("data");
    try (RocksStore store = opened(Duration.ZERO)) {
      write(store, 1);
      Path copy = store.backUp();
      write(store, 2);
      copy(copy, parent.resolve("copy"));
    }
    Files.move(directory.resolve("database"), parent.resolve("moved away"));
    copy(parent.resolve("copy/database"), directory.resolve("database"));
    assertRefused();

    directory = parent.resolve("copy");
    try (RocksStore store = open()) {
      assertEquals(1, LoadedStore.of(store).size());
    }
  }

  private void assertRefused() {
    StoreFailure refused =
        assertThrows(
            StoreFailure.class,
            () -> {
              try (RocksStore store = open()) {
                LoadedStore.of(store);
              }
            });
    assertTrue(refused.getMessage().contains(" is damaged ("), refused.getMessage());
    assertTrue(refused.getMessage().contains("from a backup"), refused.getMessage());
  }

  private void fillTables() throws Exception {
    directory = parent.resolve("data");
    try (RocksStore store = opened(Duration.ZERO)) {
      for (int i = 1; i <= 1000; i++) {
        Retained.put(store, i, message(i));
      }
      commit(store);
    }
    // What was in the log goes to a table at the next start.
    try (RocksStore store = opened(Duration.ZERO)) {
      commit(store);
    }
  }

  /** As a crash would leave it. */
  private void fillLog(Duration syncWithin) throws Exception {
    directory = parent.resolve("running");
    try (RocksStore store = opened(syncWithin)) {
      for (int i = 1; i <= 50; i++) {
        write(store, i);
      }
      copy(directory, parent.resolve("crashed"));
    }
    directory = parent.resolve("crashed");
  }

  private void cutLog() throws IOException {
    Path log = file(".log");
    byte[] bytes = Files.readAllBytes(log);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    Files.write(log, Arrays.copyOf(bytes, end - 5));
  }

  private void damage(String name, int offset) throws IOException {
    Path file = file(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] ^= 0x55;
    Files.write(file, bytes);
  }

  /** The largest with this in its name. */
  private Path file(String name) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("database"))) {
      return files
          .filter(file -> file.getFileName().toString().contains(name))
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private RocksStore open() {
    return RocksStore.open(directory, Duration.ZERO);
  }

  private RocksStore opened(Duration syncWithin) {
    RocksStore store = RocksStore.open(directory, syncWithin);
    LoadedStore.of(store);
    return store;
  }

  private static void write(RocksStore store, int number) throws InterruptedException {
    Retained.put(store, number, message(number));
    commit(store);
    // With a delayed sync that was answered before; a second batch waits for the first.
    CountDownLatch written = new CountDownLatch(1);
    store.whenReadable(Runnable::run, written::countDown);
    assertTrue(written.await(10, TimeUnit.SECONDS));
  }

  private static void commit(Store store) throws InterruptedException {
    CountDownLatch durable = new CountDownLatch(1);
    store.commit(Runnable::run, durable::countDown);
    assertTrue(durable.await(10, TimeUnit.SECONDS));
  }

  private static Message message(int number) {
    byte[] payload = ("payload " + number).getBytes(StandardCharsets.UTF_8);
    return Message.of("topic/" + number, payload, 1, false);
  }
}
