package io.spillway.broker.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.spillway.proxy.ProxyHeader;
import io.spillway.proxy.ProxyHeaderException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads the PROXY header of a connection from a listed proxy, then steps aside: what makes the
 * connection a client's is only put behind it when the client's address is known. Holds at most one
 * header's bytes, and for no longer than a client has for its CONNECT. On the channel's loop.
 */
final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {
  private final Duration patience;
  private final Consumer<InetSocketAddress> known;
  private final Consumer<String> refused;

  /** What has come of the header so far; null: nothing. Owned. */
  private ByteBuf held;

  private Future<?> deadline;

  /**
   * Either is called once, unless the channel ends before.
   *
   * @param known the client's address, or null where the proxy speaks for itself; puts handlers
   *     behind this one
   * @param refused says why; the channel is closed behind it
   */
  ProxyHeaderHandler(
      Duration patience, Consumer<InetSocketAddress> known, Consumer<String> refused) {
    this.patience = patience;
    this.known = known;
    this.refused = refused;
  }

  /** Whoever comes behind hears of it when there is a client. */
  @Override
  public void channelActive(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(
                () -> refuse(context, "no PROXY header within " + patience.toMillis() + " ms"),
                patience.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    ByteBuf all = bytes;
    if (held != null) {
      all = held.writeBytes(bytes);
      bytes.release();
      held = null;
    }
    ProxyHeader header;
    try {
      header = ProxyHeader.read(all.nioBuffer());
    } catch (ProxyHeaderException e) {
      all.release();
      refuse(context, e.getMessage());
      return;
    }
    if (header == null) {
      held = all == bytes ? context.alloc().buffer(all.readableBytes()).writeBytes(all) : all;
      if (all == bytes) {
        bytes.release();
      }
      return;
    }
    deadline.cancel(false);
    known.accept(header.source());
    all.skipBytes(header.length());
    context.fireChannelActive();
    context.fireChannelRead(all);
    context.pipeline().remove(this);
  }

  private void refuse(ChannelHandlerContext context, String why) {
    deadline.cancel(false);
    refused.accept(why);
    context.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (held != null) {
      held.release();
      held = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    deadline.cancel(false);
    context.fireChannelInactive();
  }

  /** A broken socket; its end follows. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
