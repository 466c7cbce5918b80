package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBufAllocator;
import io.spillway.link.LinkSettings;
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

/**
 * Links to our own cores: one for each I/O thread and core, on that thread, so that a packet gets
 * from the link to a browser without changing threads. New streams go to the core with the fewest
 * from this thread, among those that can be reached.
 */
public final class LinkUplink implements Uplink {
  private final LinkUplinkSettings settings;
  private final LinkSettings linkSettings;
  private final XnioWorker worker;
  private final ByteBufAllocator allocator;

  /** By I/O thread's number, then in the order of the addresses. Filled by {@link #start}. */
  private volatile LinkLane[][] lanes = {};

  public LinkUplink(
      LinkUplinkSettings settings,
      LinkSettings linkSettings,
      XnioWorker worker,
      ByteBufAllocator allocator) {
    this.settings = settings;
    this.linkSettings = linkSettings;
    this.worker = worker;
    this.allocator = allocator;
  }

  @Override
  public void start(Runnable batchComplete) {
    List<Dialer> dialers = new ArrayList<>();
    List<CoreState> cores = new ArrayList<>();
    for (InetSocketAddress address : settings.addresses()) {
      dialers.add(new Dialer(worker, address, settings.tls(), settings.connectTimeout()));
      cores.add(CoreState.ofCore(address));
    }
    LinkLane[][] all = new LinkLane[worker.getIoThreadCount()][dialers.size()];
    for (int i = 0; i < all.length; i++) {
      XnioIoThread ioThread = worker.getIoThread(i);
      for (int j = 0; j < all[i].length; j++) {
        LinkLane lane = lane(ioThread, dialers.get(j), cores.get(j), batchComplete);
        all[i][j] = lane;
        ioThread.execute(lane::connect);
      }
    }
    lanes = all;
  }

  private LinkLane lane(
      XnioIoThread ioThread, Dialer dialer, CoreState core, Runnable batchComplete) {
    Backoff backoff = new Backoff(settings.reconnectMin(), settings.reconnectMax());
    return new LinkLane(ioThread, dialer, core, linkSettings, allocator, batchComplete, backoff);
  }

  @Override
  public boolean isUp() {
    XnioIoThread current = XnioIoThread.currentThread();
    if (current != null && current.getWorker() == worker) {
      return best(current) != null;
    }
    return isReady();
  }

  @Override
  public boolean isReady() {
    LinkLane[][] all = lanes;
    for (LinkLane[] ofThread : all) {
      if (!anyUp(ofThread)) {
        return false;
      }
    }
    return all.length > 0;
  }

  private static boolean anyUp(LinkLane[] lanes) {
    for (LinkLane lane : lanes) {
      if (lane.isUp()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public UpstreamStream open(OpenFacts facts, StreamListener listener) {
    LinkLane lane = best(XnioIoThread.requireCurrentThread());
    return lane == null ? null : lane.open(facts, listener);
  }

  /** Null: none can be reached. */
  private LinkLane best(XnioIoThread ioThread) {
    LinkLane best = null;
    if (ioThread.getNumber() < lanes.length) {
      for (LinkLane lane : lanes[ioThread.getNumber()]) {
        if (lane.canOpen() && (best == null || lane.streams() < best.streams())) {
          best = lane;
        }
      }
    }
    return best;
  }

  @Override
  public void stop(Duration timeout) throws InterruptedException {
    LinkLane[][] all = lanes;
    CountDownLatch stopped = new CountDownLatch(settings.addresses().size() * all.length);
    for (int i = 0; i < all.length; i++) {
      for (LinkLane lane : all[i]) {
        worker.getIoThread(i).execute(() -> lane.stop(stopped::countDown));
      }
    }
    stopped.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }
}
