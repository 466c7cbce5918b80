package io.spillway.broker.listen;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The event loops {@code core-io-N} and the kind of channel that runs on them. Made by the main
 * thread and closed by it after everything that runs on them.
 */
public final class Loops implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group;
  private final Function<SocketProtocolFamily, ServerChannel> serverChannel;

  private Loops(
      int threads,
      IoHandlerFactory handler,
      Function<SocketProtocolFamily, ServerChannel> channel) {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory named =
        task -> new FastThreadLocalThread(task, "core-io-" + number.incrementAndGet());
    this.group = new MultiThreadIoEventLoopGroup(threads, named, handler);
    this.serverChannel = channel;
  }

  /** Linux's own readiness notification. */
  public static Loops epoll(int threads) {
    return new Loops(threads, EpollIoHandler.newFactory(), EpollServerSocketChannel::new);
  }

  /** Java's, which is everywhere. */
  public static Loops nio(int threads) {
    return new Loops(
        threads,
        NioIoHandler.newFactory(),
        family -> new NioServerSocketChannel(SelectorProvider.provider(), family));
  }

  public static boolean hasEpoll() {
    return Epoll.isAvailable();
  }

  /** One per loop, in the order of their numbers. */
  public List<NettyHomeExecutor> executors() {
    List<NettyHomeExecutor> executors = new ArrayList<>();
    for (EventExecutor executor : group) {
      executors.add(new NettyHomeExecutor(executor));
    }
    return executors;
  }

  MultiThreadIoEventLoopGroup group() {
    return group;
  }

  /** A socket of IPv4 alone for such an address: 0.0.0.0 must not mean every address of IPv6. */
  ServerChannel serverChannel(InetAddress address) {
    return serverChannel.apply(
        address instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
  }

  /** Waits a moment for what the loops still have to do. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}
