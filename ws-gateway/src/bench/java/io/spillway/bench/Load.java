package io.spillway.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** The clients of one run and their event loops. Opened and closed by the main thread. */
final class Load implements AutoCloseable {
  static final int OPENING_MAX = 100;
  private static final Duration OPENING_TIMEOUT = Duration.ofSeconds(120);

  private static final AtomicInteger RUNS = new AtomicInteger();

  private final Meter meter = new Meter();
  private final int run = RUNS.incrementAndGet();
  private final EventLoopGroup loops;
  private final Bootstrap bootstrap;
  private final List<BenchClient> clients = new ArrayList<>();

  Load(int threads) {
    boolean epoll = Epoll.isAvailable();
    loops =
        new MultiThreadIoEventLoopGroup(
            threads, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    Class<? extends Channel> channel = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(channel)
            // Closing thousands of connections must not use up the ports.
            .option(ChannelOption.SO_LINGER, 0)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 30_000);
  }

  /** A client identifier that no earlier run had: some brokers still end those connections. */
  String fresh(String clientId) {
    return run + "-" + clientId;
  }

  Meter meter() {
    return meter;
  }

  /** All of them, in their order, when the last one is ready. */
  List<BenchClient> open(List<BenchClient.Plan> plans) throws Exception {
    return open(plans, OPENING_MAX);
  }

  /** The same with so many under way at a time. */
  List<BenchClient> open(List<BenchClient.Plan> plans, int atOnce) throws Exception {
    long deadline = System.nanoTime() + OPENING_TIMEOUT.toNanos();
    Deque<CompletableFuture<BenchClient>> opening = new ArrayDeque<>();
    List<BenchClient> opened = new ArrayList<>();
    try {
      for (BenchClient.Plan plan : plans) {
        if (opening.size() == atOnce) {
          opened.add(await(opening.poll(), deadline));
        }
        opening.add(BenchClient.open(bootstrap, plan));
      }
      for (CompletableFuture<BenchClient> client : opening) {
        opened.add(await(client, deadline));
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          String.format(
              "%d of %d clients were connected after %d s",
              opened.size(), plans.size(), OPENING_TIMEOUT.toSeconds()),
          e);
    } finally {
      clients.addAll(opened);
    }
    return opened;
  }

  private static BenchClient await(CompletableFuture<BenchClient> client, long deadline)
      throws Exception {
    return client.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    meter.end();
    for (BenchClient client : clients) {
      client.channel().close();
    }
    loops.shutdownGracefully(100, 5000, TimeUnit.MILLISECONDS).awaitUninterruptibly(10_000);
  }
}
