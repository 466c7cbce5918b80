package io.spillway.broker.listen;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The event loops {@code core-io-N} and the kind of channel that runs on them. Made by the main
 * thread and closed by it after everything that runs on them.
 */
public final class Loops implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group;
  private final Class<? extends ServerChannel> serverChannel;

  private Loops(int threads, IoHandlerFactory handler, Class<? extends ServerChannel> channel) {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory named =
        task -> new FastThreadLocalThread(task, "core-io-" + number.incrementAndGet());
    this.group = new MultiThreadIoEventLoopGroup(threads, named, handler);
    this.serverChannel = channel;
  }

  /** Linux's own readiness notification. */
  public static Loops epoll(int threads) {
    return new Loops(threads, EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
  }

  /** Java's, which is everywhere. */
  public static Loops nio(int threads) {
    return new Loops(threads, NioIoHandler.newFactory(), NioServerSocketChannel.class);
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

  Class<? extends ServerChannel> serverChannel() {
    return serverChannel;
  }

  /** Waits a moment for what the loops still have to do. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}
