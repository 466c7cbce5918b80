package io.spillway.broker.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.spillway.limits.FullHouse;
import io.spillway.limits.OpenFiles;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes no more connections when the process comes near to its limit of open files, so that the
 * store and those who are here don't suffer; looks again every second. Meanwhile connections wait
 * in the kernel's backlog. One per listening socket, on its loop.
 */
final class AcceptGuard extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AcceptGuard.class);

  private final boolean mayUseReserve;
  private final FullHouse fullHouse = new FullHouse();

  /**
   * @param mayUseReserve whether these connections are so few and needed that they come in as long
   *     as the system lets them
   */
  AcceptGuard(boolean mayUseReserve) {
    this.mayUseReserve = mayUseReserve;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    context.fireChannelRead(accepted);
    if (!hasRoom()) {
      pause(context.channel(), "the process has nearly as many files open as it may");
    }
  }

  /** An accept that failed; it would fail again at once. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    pause(context.channel(), String.valueOf(cause.getMessage()));
  }

  private void pause(Channel listening, String why) {
    if (!listening.config().isAutoRead()) {
      return; // One of the few that were accepted before the pause took effect.
    }
    listening.config().setAutoRead(false);
    fullHouse.tell(log, ((InetSocketAddress) listening.localAddress()).getPort(), why);
    lookLater(listening);
  }

  private void lookLater(Channel listening) {
    listening.eventLoop().schedule(() -> look(listening), 1, TimeUnit.SECONDS);
  }

  private void look(Channel listening) {
    if (!listening.isOpen()) {
      return;
    }
    if (hasRoom()) {
      listening.config().setAutoRead(true);
    } else {
      lookLater(listening);
    }
  }

  private boolean hasRoom() {
    return mayUseReserve || OpenFiles.roomFor(1);
  }
}
