package io.spillway.process;

import io.spillway.process.log.Logging;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the user asks of a running process by signals: to stop or to reload. Signals arrive on
 * threads of the JVM, the main thread takes them. From the first request to stop, the process has
 * {@code shutdown-timeout} to live, wherever it hangs; a second request ends it at once.
 */
final class Requests {
  enum Request {
    RELOAD,
    STOP
  }

  private static final Logger log = LoggerFactory.getLogger(Requests.class);

  /** Of the timeout, for what comes after the service: the JVM's own exit. */
  private static final Duration FOR_EXIT = Duration.ofMillis(300);

  private final Duration shutdownTimeout;
  // A hundred reloads that wait are as good as one.
  private final BlockingQueue<Request> waiting = new LinkedBlockingQueue<>(100);
  // System.nanoTime at which the process ends; 0 while nobody asked. Guarded by this.
  private long end;

  Requests(Duration shutdownTimeout) {
    this.shutdownTimeout = shutdownTimeout;
  }

  void listen() {
    Signals.on("TERM", this::stop);
    Signals.on("INT", this::stop);
    Signals.on("HUP", () -> waiting.offer(Request.RELOAD));
  }

  Request next() {
    try {
      return waiting.take();
    } catch (InterruptedException e) {
      return Request.STOP;
    }
  }

  /** How long a stop may take now. */
  synchronized Duration left() {
    Duration left = end == 0 ? shutdownTimeout : Duration.ofNanos(end - System.nanoTime());
    Duration service = left.minus(FOR_EXIT);
    return service.isNegative() ? Duration.ZERO : service;
  }

  private synchronized void stop() {
    if (end != 0) {
      Runtime.getRuntime().halt(RoleCommand.STOPPED);
    }
    end = System.nanoTime() + shutdownTimeout.toNanos();
    waiting.clear();
    waiting.add(Request.STOP);
    Thread guard = new Thread(this::endInTime, "shutdown-guard");
    guard.setDaemon(true);
    guard.start();
  }

  private void endInTime() {
    try {
      Thread.sleep(Math.max(0, shutdownTimeout.minus(FOR_EXIT.dividedBy(3)).toMillis()));
    } catch (InterruptedException e) {
      return;
    }
    log.warn("The stop took longer than shutdown-timeout; what is left is cut off.");
    Logging.flush(FOR_EXIT.dividedBy(3));
    Runtime.getRuntime().halt(RoleCommand.STOPPED);
  }
}
