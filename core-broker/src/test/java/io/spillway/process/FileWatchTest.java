package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
  @TempDir Path directory;

  @Test
  void aFileThatIsWrittenReplacedOrRemovedIsTold() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "one");
    Semaphore changes = new Semaphore(0);
    try (FileWatch watch =
        new FileWatch(List.of(file), Duration.ofMillis(20), changes::release).start()) {
      Files.writeString(file, "three");
      assertTrue(changes.tryAcquire(10, TimeUnit.SECONDS), "written");

      Path other = Files.writeString(directory.resolve("other"), "seven");
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      assertTrue(changes.tryAcquire(10, TimeUnit.SECONDS), "replaced");

      Files.delete(file);
      assertTrue(changes.tryAcquire(10, TimeUnit.SECONDS), "removed");
    }
  }

  @Test
  void aChangeBetweenTheReadingAndTheStartIsTold() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "one");
    Semaphore changes = new Semaphore(0);
    try (FileWatch watch = new FileWatch(List.of(file), Duration.ofMillis(20), changes::release)) {
      Files.writeString(file, "three");
      watch.start();
      assertTrue(changes.tryAcquire(10, TimeUnit.SECONDS));
    }
  }
}
