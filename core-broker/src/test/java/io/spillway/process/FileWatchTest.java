package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
  @TempDir Path directory;

  @Test
  void aFileThatIsWrittenReplacedOrRemovedIsTold() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "one");
    BlockingQueue<List<Path>> changes = new LinkedBlockingQueue<>();
    Path unchanged = Files.writeString(directory.resolve("unchanged"), "one");
    try (FileWatch watch =
        new FileWatch(List.of(unchanged, file), Duration.ofMillis(20), changes::add).start()) {
      Files.writeString(file, "three");
      assertEquals(List.of(file), changes.poll(10, TimeUnit.SECONDS), "written");

      Path other = Files.writeString(directory.resolve("other"), "seven");
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      assertEquals(List.of(file), changes.poll(10, TimeUnit.SECONDS), "replaced");

      Files.delete(file);
      assertEquals(List.of(file), changes.poll(10, TimeUnit.SECONDS), "removed");
    }
  }

  @Test
  void aChangeBetweenTheReadingAndTheStartIsTold() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "one");
    BlockingQueue<List<Path>> changes = new LinkedBlockingQueue<>();
    try (FileWatch watch = new FileWatch(List.of(file), Duration.ofMillis(20), changes::add)) {
      Files.writeString(file, "three");
      watch.start();
      assertEquals(List.of(file), changes.poll(10, TimeUnit.SECONDS));
    }
  }
}
