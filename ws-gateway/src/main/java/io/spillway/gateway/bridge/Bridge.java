package io.spillway.gateway.bridge;

import io.netty.buffer.ByteBufAllocator;
import io.spillway.gateway.http.BrowserAcceptor;
import io.spillway.gateway.http.UpgradeFacts;
import io.spillway.gateway.uplink.Uplink;
import io.spillway.gateway.uplink.UpstreamStream;
import io.spillway.gateway.websocket.CloseCode;
import io.spillway.gateway.websocket.WebSocketConnection;
import io.spillway.gateway.websocket.WebSocketListener;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * All browsers of a gateway. Made once the worker's threads exist; {@link #accept} and {@link
 * #batchComplete} come from those threads, {@link #drain} from the main thread, the rest from any.
 */
public final class Bridge implements BrowserAcceptor {
  private final Uplink uplink;

  /** Told the address of whoever the core doesn't believe. */
  private final Consumer<InetAddress> loginFailed;

  private final BridgeThread[] threads;
  private final QueuedBytes queuedBytes;
  private final CloseCounts closes = new CloseCounts();
  private volatile boolean draining;

  public Bridge(
      BridgeSettings settings,
      Uplink uplink,
      XnioWorker worker,
      ByteBufAllocator allocator,
      Consumer<InetAddress> loginFailed) {
    this.uplink = uplink;
    this.loginFailed = loginFailed;
    queuedBytes = new QueuedBytes(settings.totalQueuedBytesMax());
    Outbox.Limits limits =
        new Outbox.Limits(settings.queuedBytesMax(), settings.policy(), queuedBytes);
    threads = new BridgeThread[worker.getIoThreadCount()];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new BridgeThread(worker.getIoThread(i), allocator, settings, limits, closes);
    }
  }

  @Override
  public boolean isUp() {
    return uplink.isUp();
  }

  @Override
  public boolean isDraining() {
    return draining;
  }

  @Override
  public WebSocketListener accept(WebSocketConnection connection, UpgradeFacts facts) {
    Browser browser =
        new Browser(
            thread(connection.ioThread()),
            connection,
            () -> loginFailed.accept(facts.address().getAddress()));
    UpstreamStream stream = uplink.open(StreamFacts.of(facts), browser.fromCore());
    if (stream == null) {
      // The upgrade was checked for this a moment ago; the link may have gone in between.
      connection.close(CloseCode.TRY_AGAIN_LATER, "no core can be reached");
      return new Refused();
    }
    browser.begin(stream);
    return browser;
  }

  /** Everything that one read of a link brought is with the browsers it is for. */
  public void batchComplete() {
    thread(XnioIoThread.requireCurrentThread()).batchComplete();
  }

  /** Browsers at this moment. */
  public int browsers() {
    int sum = 0;
    for (BridgeThread thread : threads) {
      sum += thread.browserCount();
    }
    return sum;
  }

  /** What happened to browsers since the start. */
  public EdgeTotals totals() {
    EdgeTotals sum = EdgeTotals.NONE;
    for (BridgeThread thread : threads) {
      sum = sum.plus(thread.totals());
    }
    return sum;
  }

  /** Browsers' connections that ended, by WebSocket close code. */
  public Map<String, Long> closes() {
    return closes.sums();
  }

  /** Bytes that wait for browsers that can't keep up. */
  public long queuedBytes() {
    return queuedBytes.bytes();
  }

  /**
   * Refuses newcomers, tells every browser that the gateway is stopping, at a bounded pace so that
   * they don't all come back elsewhere at once, and waits until they are gone or the time is over.
   */
  public void drain(Duration timeout) throws InterruptedException {
    draining = true;
    CountDownLatch empty = new CountDownLatch(threads.length);
    for (BridgeThread thread : threads) {
      thread.execute(() -> thread.drain(timeout.dividedBy(2), empty));
    }
    if (!empty.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      for (BridgeThread thread : threads) {
        thread.execute(thread::stopSweeping);
      }
    }
  }

  private BridgeThread thread(XnioIoThread ioThread) {
    return threads[ioThread.getNumber()];
  }

  /** Hears about a connection that was refused, and does nothing about it. */
  private static final class Refused implements WebSocketListener {
    @Override
    public void data(java.nio.ByteBuffer payload, boolean lastOfMessage) {}

    @Override
    public void writable() {}

    @Override
    public void closed(int code, String reason) {}
  }
}
