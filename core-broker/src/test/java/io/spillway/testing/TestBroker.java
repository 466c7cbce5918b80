package io.spillway.testing;

import io.spillway.broker.Broker;
import io.spillway.broker.BrokerConfig;
import io.spillway.broker.listen.LinkDialer;
import io.spillway.process.Settings;
import io.spillway.process.log.Logging;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assertions;

/** A broker on ports that the system chose, with its log. Used by one thread. */
public final class TestBroker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Broker broker;

  /** Guarded by itself where somebody waits for more. */
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private final Logging.Tee tee = Logging.tee(this::logged);

  /** Null until somebody needs it. */
  private LinkDialer link;

  /** Two loops, so that clients meet on different ones. */
  private static final String DEFAULTS =
      """
      broker.listeners.tcp { host = 127.0.0.1, port = 0 }
      broker.link { host = 127.0.0.1, port = 0 }
      broker.admin { host = 127.0.0.1, port = 0 }
      broker.store.durability = memory
      broker.io-threads = 2
      """;

  private TestBroker(String settings) {
    try {
      Settings read = Settings.of(DEFAULTS + settings);
      BrokerConfig config = BrokerConfig.read(read);
      read.check();
      broker = new Broker(config);
      broker.start();
    } catch (RuntimeException e) {
      tee.close();
      throw e;
    }
  }

  /** With these settings (HOCON) beside the defaults. */
  public static TestBroker start(String... settings) {
    return new TestBroker(String.join("\n", settings));
  }

  public Broker broker() {
    return broker;
  }

  /** A client over TCP that has sent nothing yet. */
  public RawClient client() {
    return RawClient.tcp(broker.tcpPort());
  }

  /** A client over TCP, or over a link's stream, that has sent nothing yet. */
  public RawClient client(Door door) {
    return switch (door) {
      case TCP -> client();
      case LINK -> link().client("127.0.0.1", 50_000);
    };
  }

  /** The one link of this broker's own gateway in miniature. */
  public LinkDialer link() {
    if (link == null) {
      link = new LinkDialer(broker.linkPort(), null).awaitReady();
    }
    return link;
  }

  /** Lines logged since the start, without their time. */
  public List<String> log() {
    return lines;
  }

  /** Waits for a line and returns it. */
  public String awaitLog(Predicate<String> wanted) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (lines) {
      for (int i = 0; ; i++) {
        awaitLine(i, deadline);
        if (wanted.test(lines.get(i))) {
          return lines.get(i);
        }
      }
    }
  }

  private void awaitLine(int index, long deadline) {
    while (lines.size() <= index) {
      long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        Assertions.fail("no such line in the log:\n" + String.join("\n", lines));
      }
      try {
        lines.wait(millis);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void logged(String line) {
    synchronized (lines) {
      lines.add(line);
      lines.notifyAll();
    }
  }

  public String awaitLog(String part) {
    return awaitLog(line -> line.contains(part));
  }

  @Override
  public void close() {
    try {
      if (link != null) {
        link.close();
      }
      broker.stop(PATIENCE);
      tee.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
