package io.spillway.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once a day which certificates will soon be over, or are: a process runs for longer than they
 * do. One thread {@code certificate-watch}, from start to close.
 */
public final class ExpiryWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExpiryWatch.class);

  private final List<Path> certificates;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "certificate-watch");
            made.setDaemon(true);
            return made;
          });

  private ExpiryWatch(List<Path> certificates) {
    this.certificates = List.copyOf(certificates);
  }

  /** Looks at once and then once a day. */
  public static ExpiryWatch start(List<Path> certificates) {
    ExpiryWatch watch = new ExpiryWatch(certificates);
    if (!certificates.isEmpty()) {
      watch.look();
      watch.thread.scheduleAtFixedRate(watch::look, 1, 1, TimeUnit.DAYS);
    }
    return watch;
  }

  /** They may have changed. Any thread. */
  public void look() {
    warnings(certificates).forEach(warning -> log.warn("{}", warning));
  }

  /** What a look would say now. */
  public static List<String> warnings(List<Path> certificates) {
    return certificates.stream()
        .map(PemFiles::warning)
        .filter(Objects::nonNull)
        .map(warning -> warning + ".")
        .toList();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
