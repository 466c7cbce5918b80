package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBufAllocator;
import io.spillway.link.OpenFacts;
import io.spillway.link.StreamListener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/** One TCP connection for each browser, to any MQTT broker. */
public final class PlainUplink implements Uplink {
  private final PlainUplinkSettings settings;
  private final XnioWorker worker;
  private final ByteBufAllocator allocator;

  /** By address. Filled by {@link #start}. */
  private volatile List<CoreState> brokers = List.of();

  /** By I/O thread's number. Filled by {@link #start}. */
  private volatile PlainPool[] pools = {};

  public PlainUplink(PlainUplinkSettings settings, XnioWorker worker, ByteBufAllocator allocator) {
    this.settings = settings;
    this.worker = worker;
    this.allocator = allocator;
  }

  @Override
  public void start(Runnable batchComplete) {
    List<Dialer> dialers = new ArrayList<>();
    List<CoreState> states = new ArrayList<>();
    for (InetSocketAddress address : settings.addresses()) {
      dialers.add(new Dialer(worker, address, settings.tls(), settings.connectTimeout()));
      states.add(CoreState.ofBroker(address));
    }
    PlainPool[] all = new PlainPool[worker.getIoThreadCount()];
    for (int i = 0; i < all.length; i++) {
      XnioIoThread ioThread = worker.getIoThread(i);
      PlainPool pool = new PlainPool(ioThread, dialers, states, settings, batchComplete);
      all[i] = pool;
      ioThread.execute(pool::fill);
    }
    brokers = List.copyOf(states);
    pools = all;
  }

  @Override
  public boolean isUp() {
    XnioIoThread current = XnioIoThread.currentThread();
    PlainPool[] all = pools;
    if (current != null && current.getWorker() == worker && all.length > 0) {
      return all[current.getNumber()].isUp();
    }
    return isReady();
  }

  @Override
  public boolean isReady() {
    PlainPool[] all = pools;
    for (PlainPool pool : all) {
      if (!pool.isUp()) {
        return false;
      }
    }
    return all.length > 0;
  }

  @Override
  public UpstreamStream open(OpenFacts facts, StreamListener listener) {
    PlainPool[] all = pools;
    if (all.length == 0) {
      return null;
    }
    PlainPool pool = all[XnioIoThread.requireCurrentThread().getNumber()];
    return new PlainStream(pool, facts, listener, allocator);
  }

  @Override
  public List<ConnectFigures> connects() {
    return brokers.stream().map(CoreState::figures).toList();
  }

  @Override
  public int idleConnections() {
    int idle = 0;
    for (PlainPool pool : pools) {
      idle += pool.idleConnections();
    }
    return idle;
  }

  @Override
  public void stop(Duration timeout) throws InterruptedException {
    PlainPool[] all = pools;
    CountDownLatch stopped = new CountDownLatch(all.length);
    for (int i = 0; i < all.length; i++) {
      PlainPool pool = all[i];
      worker
          .getIoThread(i)
          .execute(
              () -> {
                pool.stop();
                stopped.countDown();
              });
    }
    stopped.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }
}
