package io.spillway.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a few files now and then and says when one has changed. It compares times and sizes
 * rather than asking the system to be told: that works on every file system, and for files that are
 * replaced, linked or mounted. One thread {@code file-watch}, from start to close.
 *
 * <p>It compares with what there was when it was made, so make it before the files are read: a
 * change while a process starts isn't missed then.
 *
 * <p>A change is told when the file has stayed the same for one period, so that it isn't read half
 * written. Files that change together are told together.
 */
public final class FileWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FileWatch.class);

  private final List<Path> files;
  private final long nanos;
  private final Consumer<List<Path>> changed;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "file-watch");
            made.setDaemon(true);
            return made;
          });

  /** What was told last, and what was seen last. The thread's. */
  private Map<Path, Object> told;

  private Map<Path, Object> seen;

  /** {@code changed} is told which, on the watch's thread. */
  public FileWatch(List<Path> files, Duration period, Consumer<List<Path>> changed) {
    this.files = List.copyOf(files);
    this.nanos = period.toNanos();
    this.changed = changed;
    this.told = look();
    this.seen = told;
  }

  /** Of files, as a line of the log has them. */
  public static String names(List<Path> files) {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  public FileWatch start() {
    thread.scheduleWithFixedDelay(this::compare, nanos, nanos, TimeUnit.NANOSECONDS);
    return this;
  }

  private void compare() {
    Map<Path, Object> now = look();
    boolean settled = now.equals(seen);
    seen = now;
    if (!settled || now.equals(told)) {
      return;
    }
    List<Path> those =
        files.stream().filter(each -> !now.get(each).equals(told.get(each))).toList();
    told = now;
    try {
      changed.accept(those);
    } catch (RuntimeException e) {
      log.error("Reading changed files failed.", e);
    }
  }

  private Map<Path, Object> look() {
    Map<Path, Object> states = new HashMap<>();
    for (Path file : files) {
      states.put(file, state(file));
    }
    return states;
  }

  private static Object state(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return List.of(
          attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
    } catch (IOException e) {
      return "unreadable";
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
