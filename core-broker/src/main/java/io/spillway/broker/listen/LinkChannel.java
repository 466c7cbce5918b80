package io.spillway.broker.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.spillway.link.Link;
import io.spillway.link.LinkTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * A channel as the bytes under a link. Owned by the channel's event loop, to which the link is
 * thereby pinned; lives as long as the channel.
 */
final class LinkChannel extends ChannelInboundHandlerAdapter implements LinkTransport {
  private final Function<LinkTransport, Link> opened;

  private ChannelHandlerContext context;

  /** Null until the channel (and its TLS) is active. */
  private Link link;

  /** Why the channel ends; null: orderly. */
  private Throwable failure;

  LinkChannel(Function<LinkTransport, Link> opened) {
    this.opened = opened;
  }

  // ---- From the channel.

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    link = opened.apply(this);
    link.start();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    try {
      link.received((ByteBuf) bytes);
    } finally {
      ReferenceCountUtil.release(bytes);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    link.receiveComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (link != null) {
      link.writabilityChanged();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failure = inWords(cause);
    context.close();
  }

  private static Throwable inWords(Throwable cause) {
    if (cause.getCause() instanceof NotSslRecordException) {
      // Netty's own words hold all that came, in hexadecimal.
      return new IOException("no TLS handshake at a port with TLS (broker.link.tls)");
    }
    // Its outer exception's words begin with the name of a class.
    return cause.getCause() instanceof SSLException inner
        ? new IOException("TLS: " + inner.getMessage())
        : cause;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (link != null) {
      link.transportClosed(failure);
    }
  }

  // ---- From the link.

  @Override
  public ByteBufAllocator allocator() {
    return context.alloc();
  }

  @Override
  public boolean inEventLoop() {
    return context.executor().inEventLoop();
  }

  @Override
  public void write(ByteBuf bytes) {
    context.write(bytes, context.voidPromise());
  }

  @Override
  public void flush() {
    context.flush();
  }

  @Override
  public void close() {
    Channel channel = context.channel();
    if (channel.isActive()) {
      context.writeAndFlush(context.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
      context.executor().schedule(() -> context.close(), 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public boolean isWritable() {
    return context.channel().isWritable();
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    ScheduledFuture<?> timer =
        context.executor().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> timer.cancel(false);
  }
}
