package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBufAllocator;
import io.spillway.link.LinkSettings;
import io.spillway.link.LinkStatistics;
import io.spillway.link.OpenFacts;
import io.spillway.link.StreamListener;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * Links to our own cores: one for each I/O thread and core, on that thread, so that a packet gets
 * from the link to a browser without changing threads. Where there are several cores, a client goes
 * to the one that its identifier belongs to, or, without one, to the core with the fewest streams
 * from this thread; always among those that can be reached.
 */
public final class LinkUplink implements Uplink {
  /** How long figures of a thread are waited for; after that those before are good enough. */
  private static final long REFRESH_MILLIS = 500;

  private final LinkUplinkSettings settings;
  private final LinkSettings linkSettings;
  private final XnioWorker worker;
  private final ByteBufAllocator allocator;

  /** By address. Filled by {@link #start}. */
  private volatile List<CoreState> cores = List.of();

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
    List<CoreState> states = new ArrayList<>();
    for (InetSocketAddress address : settings.addresses()) {
      dialers.add(new Dialer(worker, address, settings.tls(), settings.connectTimeout()));
      states.add(CoreState.ofCore(address));
    }
    LinkLane[][] all = new LinkLane[worker.getIoThreadCount()][dialers.size()];
    for (int i = 0; i < all.length; i++) {
      XnioIoThread ioThread = worker.getIoThread(i);
      for (int j = 0; j < all[i].length; j++) {
        LinkLane lane = lane(ioThread, dialers.get(j), states.get(j), batchComplete);
        all[i][j] = lane;
        ioThread.execute(lane::connect);
      }
    }
    cores = List.copyOf(states);
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
    XnioIoThread ioThread = XnioIoThread.requireCurrentThread();
    LinkLane lane = best(ioThread);
    if (lane == null) {
      return null;
    }
    if (lanes[ioThread.getNumber()].length == 1) {
      return lane.open(facts, listener);
    }
    return new UndecidedStream(
        listener,
        clientId -> open(ioThread, clientId, facts, listener),
        allocator,
        task ->
            ioThread.executeAfter(
                task, settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Null: none can be reached. */
  private UpstreamStream open(
      XnioIoThread ioThread, String clientId, OpenFacts facts, StreamListener listener) {
    LinkLane lane = clientId.isEmpty() ? best(ioThread) : own(ioThread, clientId);
    return lane == null ? null : lane.open(facts, listener);
  }

  /**
   * The core that a client belongs to among those that can be reached. Each core and client have a
   * number of their own, and the highest wins, so a core that comes or goes moves its own clients
   * and no others, and every gateway chooses alike.
   */
  private LinkLane own(XnioIoThread ioThread, String clientId) {
    LinkLane own = null;
    long highest = Long.MIN_VALUE;
    for (LinkLane lane : lanes[ioThread.getNumber()]) {
      long number = lane.canOpen() ? number(lane.name(), clientId) : 0;
      if (lane.canOpen() && (own == null || number > highest)) {
        own = lane;
        highest = number;
      }
    }
    return own;
  }

  /** The same everywhere and for ever, and evenly spread. */
  private static long number(String coreName, String clientId) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : (coreName + '/' + clientId).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    return hash ^ hash >>> 33;
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
  public List<CoreFigures> figures() {
    LinkLane[][] all = lanes;
    CountDownLatch refreshed = new CountDownLatch(all.length);
    for (int i = 0; i < all.length; i++) {
      LinkLane[] ofThread = all[i];
      worker
          .getIoThread(i)
          .execute(
              () -> {
                List.of(ofThread).forEach(LinkLane::refresh);
                refreshed.countDown();
              });
    }
    try {
      refreshed.await(REFRESH_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<CoreFigures> figures = new ArrayList<>();
    for (int j = 0; j < settings.addresses().size(); j++) {
      InetSocketAddress address = settings.addresses().get(j);
      LinkStatistics sum = LinkStatistics.NONE;
      int up = 0;
      for (LinkLane[] ofThread : all) {
        sum = sum.plus(ofThread[j].statistics());
        up += ofThread[j].isUp() ? 1 : 0;
      }
      figures.add(new CoreFigures(address.getHostString() + ":" + address.getPort(), up, sum));
    }
    return figures;
  }

  @Override
  public List<ConnectFigures> connects() {
    return cores.stream().map(CoreState::figures).toList();
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
