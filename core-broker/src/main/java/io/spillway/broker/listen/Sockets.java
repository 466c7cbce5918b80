package io.spillway.broker.listen;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.spillway.process.StartFailure;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets of one listener: the same port at every one of its addresses. Used by the
 * main thread.
 */
final class Sockets implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sockets.class);

  /** Browsers come back all at once after an outage; the kernel caps this at its own limit. */
  private static final int BACKLOG = 4096;

  /** How often a port chosen by the system is tried at the further addresses. */
  private static final int CHOOSING_MAX = 20;

  private final String key;
  private final List<InetAddress> hosts;
  private final int port;
  private final Loops loops;
  private final boolean mayUseReserve;
  private final List<Channel> channels = new ArrayList<>();

  /** About {@code mayUseReserve} see {@link AcceptGuard}. */
  Sockets(String key, List<InetAddress> hosts, int port, Loops loops, boolean mayUseReserve) {
    this.key = key;
    this.hosts = hosts;
    this.port = port;
    this.loops = loops;
    this.mayUseReserve = mayUseReserve;
  }

  void open(ChannelHandler child) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel listening) {
                    listening.pipeline().addLast(new AcceptGuard(mayUseReserve));
                  }
                })
            .childHandler(child);
    for (int attempt = 1; !openAll(bootstrap, attempt == CHOOSING_MAX); attempt++) {
      close();
    }
    for (Channel channel : channels) {
      InetSocketAddress address = (InetSocketAddress) channel.localAddress();
      boolean ipv6 = address.getAddress() instanceof Inet6Address;
      // The socket at :: takes IPv4 as well; Mosquitto's users look for a line of either kind.
      if (!ipv6 || address.getAddress().isAnyLocalAddress()) {
        log.info("Opening ipv4 listen socket on port {}.", address.getPort());
      }
      if (ipv6) {
        log.info("Opening ipv6 listen socket on port {}.", address.getPort());
      }
    }
  }

  /** False: a port that the system chose at the first address was taken at another. */
  private boolean openAll(ServerBootstrap bootstrap, boolean lastAttempt) {
    for (InetAddress host : hosts) {
      int wanted = channels.isEmpty() ? port : port();
      InetSocketAddress address = new InetSocketAddress(host, wanted);
      ChannelFuture bound =
          bootstrap
              .clone()
              .channelFactory(() -> loops.serverChannel(host))
              .bind(address)
              .awaitUninterruptibly();
      if (bound.isSuccess()) {
        channels.add(bound.channel());
      } else if (port == 0 && !channels.isEmpty() && !lastAttempt) {
        return false;
      } else {
        close();
        throw StartFailure.cannotOpen(key, address, bound.cause());
      }
    }
    return true;
  }

  /** The port in use, also where the system chose it. */
  int port() {
    return ((InetSocketAddress) channels.get(0).localAddress()).getPort();
  }

  @Override
  public void close() {
    channels.forEach(channel -> channel.close().awaitUninterruptibly());
    channels.clear();
  }
}
