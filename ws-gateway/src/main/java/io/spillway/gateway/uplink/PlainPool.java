package io.spillway.gateway.uplink;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/**
 * One I/O thread's connections to brokers that no browser has yet. A connection is handed out once
 * and never comes back.
 *
 * <p>Thread: its I/O thread. Lifetime: the uplink's.
 */
final class PlainPool {
  private final XnioIoThread ioThread;
  private final List<Dialer> dialers;
  private final List<CoreState> brokers;
  private final int size;
  private final boolean proxyHeader;
  private final Backoff backoff;
  private final Runnable batchComplete;
  private final ArrayDeque<StreamConnection> idle = new ArrayDeque<>();

  /** Attempts under way for the pool itself. */
  private int dialing;

  /** Which broker the next attempt is made at. */
  private int turn;

  /** For other threads: whether the last attempt succeeded; true before the first of no pool. */
  private volatile boolean up;

  /** How many are in {@link #idle}, for other threads. */
  private volatile int idleSize;

  private boolean stopped;

  PlainPool(
      XnioIoThread ioThread,
      List<Dialer> dialers,
      List<CoreState> brokers,
      PlainUplinkSettings settings,
      Runnable batchComplete) {
    this.ioThread = ioThread;
    this.dialers = dialers;
    this.brokers = brokers;
    this.size = settings.poolSize();
    this.proxyHeader = settings.proxyProtocol();
    this.backoff = new Backoff(settings.reconnectMin(), settings.reconnectMax());
    this.batchComplete = batchComplete;
    this.up = size == 0;
  }

  /** Any thread may ask. */
  boolean isUp() {
    return up;
  }

  /** Any thread may ask. */
  int idleConnections() {
    return idleSize;
  }

  boolean sendsProxyHeader() {
    return proxyHeader;
  }

  void batchComplete() {
    batchComplete.run();
  }

  /** Opens what the pool lacks. */
  void fill() {
    while (!stopped && idle.size() + dialing < size) {
      dialing++;
      int broker = nextBroker();
      dialers.get(broker).dial(ioThread, c -> filled(broker, c), e -> notFilled(broker, e));
    }
  }

  /**
   * Gives the stream a connection, at once or when there is one; or tells it that there is none.
   */
  void take(PlainStream stream) {
    StreamConnection connection = idle.poll();
    if (connection != null) {
      idleSize = idle.size();
      stream.connected(connection);
      fill();
    } else {
      dialFor(stream, dialers.size());
    }
  }

  private void dialFor(PlainStream stream, int attempts) {
    int broker = nextBroker();
    dialers
        .get(broker)
        .dial(
            ioThread,
            connection -> {
              reached(broker);
              stream.connected(connection);
            },
            cause -> {
              brokers.get(broker).cannotConnect(cause.getMessage());
              if (attempts > 1) {
                dialFor(stream, attempts - 1);
              } else {
                stream.cannotConnect("no broker can be reached");
              }
            });
  }

  void stop() {
    stopped = true;
    up = false;
    for (StreamConnection c = idle.poll(); c != null; c = idle.poll()) {
      IoUtils.safeClose(c);
    }
    idleSize = 0;
  }

  private int nextBroker() {
    turn = (turn + 1) % dialers.size();
    return turn;
  }

  private void filled(int broker, StreamConnection connection) {
    dialing--;
    if (stopped) {
      Dialer.discard(connection);
      return;
    }
    reached(broker);
    idle.add(connection);
    idleSize = idle.size();
    connection.setCloseListener(channel -> closedByBroker(connection));
    // A readable connection here can only have ended, or is no broker's.
    connection.getSourceChannel().setReadListener(channel -> IoUtils.safeClose(connection));
    connection.getSourceChannel().resumeReads();
  }

  private void notFilled(int broker, IOException cause) {
    dialing--;
    up = false;
    brokers.get(broker).cannotConnect(cause.getMessage());
    fillLater();
  }

  /** Brokers close connections on which nothing comes; opening another at once would be a loop. */
  private void closedByBroker(StreamConnection connection) {
    if (idle.remove(connection)) {
      idleSize = idle.size();
      fillLater();
    }
  }

  private void fillLater() {
    if (!stopped) {
      ioThread.executeAfter(this::fill, backoff.nextMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void reached(int broker) {
    backoff.succeeded();
    up = true;
    brokers.get(broker).reached();
  }
}
