package io.spillway.broker.listen;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NetUtil;
import io.spillway.broker.connection.Surroundings;
import io.spillway.link.Link;
import io.spillway.link.LinkSettings;
import io.spillway.link.LinkStatistics;
import io.spillway.link.LinkTransport;
import io.spillway.link.PeerFacts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Where gateways dial in. Opened and closed by the main thread; a link runs on the loop it was
 * given, with all its streams.
 */
public final class GatewayListener implements AutoCloseable {

  /** One link carries many clients, so more may wait in it than for one socket. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

  /** What a gateway's name must not bring into a topic name. */
  private static final Pattern NOT_IN_A_LEVEL = Pattern.compile("[+#/\\p{Cntrl}]");

  /** How long figures of a loop are waited for; after that those before are good enough. */
  private static final long REFRESH_MILLIS = 500;

  /** Null: plain TCP. Replaced as a whole on reload. */
  private volatile SslContext tls;

  private final LinkSettings settings;
  private final Surroundings surroundings;
  private final LoopHomes homes;
  private final Set<GatewayLink> links = ConcurrentHashMap.newKeySet();
  private final LinkFailures failures = new LinkFailures();
  private final Sockets sockets;
  private final AtomicReference<LinkStatistics> ended = new AtomicReference<>(LinkStatistics.NONE);
  private final LongAdder endedLinks = new LongAdder();
  private final LongAdder failedLinks = new LongAdder();

  /** {@code tls} is null for plain TCP. */
  public GatewayListener(
      List<InetAddress> hosts,
      int port,
      SslContext tls,
      LinkSettings settings,
      Surroundings surroundings,
      LoopHomes homes,
      Loops loops) {
    this.tls = tls;
    this.settings = settings;
    this.surroundings = surroundings;
    this.homes = homes;
    this.sockets = new Sockets("broker.link", hosts, port, loops, true);
  }

  /**
   * Opens every address.
   *
   * @throws io.spillway.process.StartFailure says which address and which key
   */
  public void open() {
    sockets.open(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            accept(channel);
          }
        });
  }

  private void accept(Channel channel) {
    InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
    if (remote == null) {
      channel.close(); // It was reset before we looked at it.
      return;
    }
    String address = NetUtil.toAddressString(remote.getAddress()) + ":" + remote.getPort();
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    if (tls != null) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
    }
    channel.pipeline().addLast(new LinkChannel(transport -> link(address, transport)));
  }

  private Link link(String address, LinkTransport transport) {
    GatewayLink link =
        new GatewayLink(address, settings, transport, surroundings, homes, failures, this::closed);
    links.add(link);
    return link.link();
  }

  private void closed(GatewayLink link) {
    links.remove(link);
    if (link.peer() != null) {
      ended.accumulateAndGet(link.statistics().ended(), LinkStatistics::plus);
      endedLinks.increment();
    } else {
      failedLinks.increment();
    }
  }

  /** Links that come from now on get this certificate. */
  public void renew(SslContext context) {
    tls = context;
  }

  public int port() {
    return sockets.port();
  }

  /** Links whose handshake has succeeded or is under way. */
  public int links() {
    return links.size();
  }

  /**
   * Names {@code $SYS} topics below {@code $SYS/broker/} and their values for each gateway, as of
   * the last time this was asked. Any thread.
   */
  public void report(BiConsumer<String, String> values) {
    Map<String, GatewayLink.Figures> sums = new TreeMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (GatewayLink link : links) {
      PeerFacts peer = link.peer();
      if (peer != null) {
        String topic = "gateway/" + NOT_IN_A_LEVEL.matcher(peer.id()).replaceAll("_") + "/";
        sums.merge(topic, link.figures(), GatewayLink.Figures::plus);
        counts.merge(topic, 1, Integer::sum);
        link.home().execute(link::refresh);
      }
    }
    counts.forEach((topic, count) -> values.accept(topic + "links", count.toString()));
    sums.forEach(
        (topic, sum) -> {
          values.accept(topic + "clients/connected", Long.toString(sum.streams()));
          values.accept(topic + "bytes/received", Long.toString(sum.bytesReceived()));
          values.accept(topic + "bytes/sent", Long.toString(sum.bytesSent()));
          values.accept(topic + "publish/messages/dropped", Long.toString(sum.packetsDropped()));
        });
  }

  /** The links there are, by gateway, fresh if their loops turn. Any thread but theirs. */
  public Map<String, List<LinkStatistics>> linksByGateway() {
    List<GatewayLink> ready = links.stream().filter(link -> link.peer() != null).toList();
    CountDownLatch refreshed = new CountDownLatch(ready.size());
    for (GatewayLink link : ready) {
      link.home()
          .execute(
              () -> {
                link.refresh();
                refreshed.countDown();
              });
    }
    try {
      refreshed.await(REFRESH_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Map<String, List<LinkStatistics>> byGateway = new TreeMap<>();
    for (GatewayLink link : ready) {
      byGateway.computeIfAbsent(link.peer().id(), any -> new ArrayList<>()).add(link.statistics());
    }
    return byGateway;
  }

  /** What the links that are gone have counted. Any thread. */
  public LinkStatistics ended() {
    return ended.get();
  }

  /** Links lost or ended in order, since the start. Any thread. */
  public long endedLinks() {
    return endedLinks.sum();
  }

  /** Links that failed before they were ready. Any thread. */
  public long failedLinks() {
    return failedLinks.sum();
  }

  /** Asks every gateway to let go of its link; it opens no stream on it any more. */
  public void goAway(String text) {
    links.forEach(link -> link.home().execute(() -> link.link().goAway(text)));
  }

  /** Takes no more links; those there are go on. */
  @Override
  public void close() {
    sockets.close();
  }
}
