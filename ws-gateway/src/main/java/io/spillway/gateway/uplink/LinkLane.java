package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBufAllocator;
import io.spillway.link.Link;
import io.spillway.link.LinkCloseReason;
import io.spillway.link.LinkListener;
import io.spillway.link.LinkSettings;
import io.spillway.link.LinkStatistics;
import io.spillway.link.LinkStream;
import io.spillway.link.OpenFacts;
import io.spillway.link.PeerFacts;
import io.spillway.link.StreamListener;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/**
 * One I/O thread's way to one core: a link while it can be had, and the attempts to get another
 * when it is lost.
 *
 * <p>Thread: its I/O thread. Lifetime: the uplink's.
 */
final class LinkLane {
  private static final String FAREWELL = "the gateway stops";

  /** How long a core may take to end a link after it was asked to. */
  private static final long FAREWELL_MILLIS = 500;

  private final XnioIoThread ioThread;
  private final Dialer dialer;
  private final CoreState core;
  private final LinkSettings linkSettings;
  private final ByteBufAllocator allocator;
  private final Runnable batchComplete;
  private final Backoff backoff;

  /** The link, also while it shakes hands; null: none. */
  private Link link;

  private XnioTransport transport;

  /** For other threads: {@link #canOpen} as of the last change. */
  private volatile boolean up;

  /** Of the links that are gone. */
  private LinkStatistics ended = LinkStatistics.NONE;

  /** Of all links of this lane, as of the last {@link #refresh}; read by any thread. */
  private volatile LinkStatistics statistics = LinkStatistics.NONE;

  /** What to do when the link is gone; null unless this lane has been stopped. */
  private Runnable stopped;

  LinkLane(
      XnioIoThread ioThread,
      Dialer dialer,
      CoreState core,
      LinkSettings linkSettings,
      ByteBufAllocator allocator,
      Runnable batchComplete,
      Backoff backoff) {
    this.ioThread = ioThread;
    this.dialer = dialer;
    this.core = core;
    this.linkSettings = linkSettings;
    this.allocator = allocator;
    this.batchComplete = batchComplete;
    this.backoff = backoff;
  }

  /** Any thread may ask. */
  boolean isUp() {
    return up;
  }

  /** The core's, the same at every gateway that knows it by the same address. */
  String name() {
    return dialer.address().getHostString() + ":" + dialer.address().getPort();
  }

  /** Any thread. */
  LinkStatistics statistics() {
    return statistics;
  }

  void refresh() {
    statistics = link == null ? ended : ended.plus(link.statistics());
  }

  boolean canOpen() {
    return link != null && link.canOpen();
  }

  int streams() {
    return link.statistics().streams();
  }

  UpstreamStream open(OpenFacts facts, StreamListener listener) {
    LinkStream stream = link.open(facts, listener);
    // Clients send CONNECT at once, and one write and one wake-up of the core are enough for both.
    transport.flushSoon();
    return new LinkUpstreamStream(stream, transport);
  }

  void connect() {
    if (stopped == null) {
      dialer.dial(ioThread, this::connected, this::failed);
    }
  }

  /**
   * @param done run when there is no link any more
   */
  void stop(Runnable done) {
    stopped = done;
    if (link == null) {
      done.run();
    } else {
      // The core ends the link when no stream is left on it.
      link.goAway(FAREWELL);
      ioThread.executeAfter(this::cut, FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void cut() {
    if (link != null) {
      link.close(LinkCloseReason.SHUTDOWN, FAREWELL);
    }
  }

  private void connected(StreamConnection connection) {
    if (stopped != null) {
      Dialer.discard(connection);
      return;
    }
    transport = new XnioTransport(connection, allocator);
    link = Link.gateway(linkSettings, transport, new Events());
    transport.start(link);
  }

  private void failed(IOException cause) {
    core.cannotConnect(cause.getMessage());
    connectLater();
  }

  private void connectLater() {
    if (stopped == null) {
      ioThread.executeAfter(this::connect, backoff.nextMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void up(boolean now) {
    if (up != now) {
      up = now;
      core.laneUp(now);
    }
  }

  private final class Events implements LinkListener {
    private boolean ready;

    @Override
    public void ready(PeerFacts peer) {
      ready = true;
      backoff.succeeded();
      up(true);
    }

    @Override
    public StreamListener opened(LinkStream stream, OpenFacts facts) {
      throw new IllegalStateException("A core doesn't open streams");
    }

    @Override
    public void goAway(LinkCloseReason reason, String text) {
      up(false);
    }

    @Override
    public void closed(LinkCloseReason reason, String text) {
      ended = ended.plus(link.statistics().ended());
      link = null;
      transport = null;
      if (stopped != null) {
        ioThread.execute(stopped); // The transport is closed behind this call.
        return;
      }
      boolean inHandshake = !ready && reason == LinkCloseReason.TRANSPORT_LOST;
      if (inHandshake && dialer.isEncrypted()) {
        core.cannotEncrypt(text);
      } else {
        core.linkClosed(reason, text);
      }
      up(false);
      connectLater();
    }

    @Override
    public void batchComplete() {
      batchComplete.run();
    }
  }
}
