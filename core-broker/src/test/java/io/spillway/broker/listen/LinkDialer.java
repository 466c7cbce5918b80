package io.spillway.broker.listen;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.spillway.link.CloseReason;
import io.spillway.link.Link;
import io.spillway.link.LinkCloseReason;
import io.spillway.link.LinkListener;
import io.spillway.link.LinkSecret;
import io.spillway.link.LinkSettings;
import io.spillway.link.LinkStream;
import io.spillway.link.OpenFacts;
import io.spillway.link.PeerFacts;
import io.spillway.link.SharedPacket;
import io.spillway.link.StreamAttributes;
import io.spillway.link.StreamListener;
import io.spillway.testing.RawClient;
import io.spillway.testing.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A gateway in miniature: one link to a broker, and raw clients on its streams. Made and used by
 * the test's thread; the link lives on a loop of its own.
 */
public final class LinkDialer implements AutoCloseable, LinkListener {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final byte[] END = {};

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final CompletableFuture<PeerFacts> ready = new CompletableFuture<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final Channel channel;
  private volatile Link link;

  /** {@code secret} may be null. */
  public LinkDialer(int port, String secret) {
    LinkSettings settings =
        LinkSettings.of("test-gateway", "1", secret == null ? null : LinkSecret.of(secret));
    channel =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new LinkChannel(
                    transport -> {
                      link = Link.gateway(settings, transport, this);
                      return link;
                    }))
            .connect(InetAddress.getLoopbackAddress(), port)
            .syncUninterruptibly()
            .channel();
  }

  public LinkDialer awaitReady() {
    get(ready);
    return this;
  }

  /** Why the link has ended. */
  public String awaitClosed() {
    return get(closed);
  }

  /** A client of a gateway's listener on loopback, from this address. */
  public RawClient client(String address, int port) {
    return new RawClient(open(address, port));
  }

  public StreamWire open(String address, int port) {
    InetSocketAddress remote = new InetSocketAddress(address, port);
    InetSocketAddress listener = new InetSocketAddress("127.0.0.1", 8080);
    StreamWire wire = new StreamWire();
    CompletableFuture<LinkStream> opened = new CompletableFuture<>();
    run(
        () -> {
          opened.complete(link.open(OpenFacts.of(remote, "http", listener), wire));
          link.flush();
        });
    wire.stream = get(opened);
    return wire;
  }

  /** What the broker sends stays in sockets, and then with the broker. */
  public void pauseReading() {
    channel.config().setAutoRead(false);
  }

  public void resumeReading() {
    channel.config().setAutoRead(true);
  }

  /** Breaks the connection under the link. */
  public void cut() {
    channel.close();
  }

  private void run(Runnable task) {
    channel.eventLoop().execute(task);
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void ready(PeerFacts peer) {
    ready.complete(peer);
  }

  @Override
  public StreamListener opened(LinkStream stream, OpenFacts facts) {
    throw new AssertionError("a core opens no streams");
  }

  @Override
  public void closed(LinkCloseReason reason, String text) {
    closed.complete(reason + " " + text);
    ready.completeExceptionally(new AssertionError(reason + " " + text));
  }

  /**
   * The channel first: a loop that is told to stop in the middle of its tasks ends without closing
   * its channels, and the link would never give its buffer back.
   */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** One stream as a wire. */
  public final class StreamWire implements Wire, StreamListener {
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<StreamAttributes> attributes = new CompletableFuture<>();
    private final CompletableFuture<CloseReason> closeReason = new CompletableFuture<>();
    private volatile LinkStream stream;
    private byte[] current = {0};
    private int position = 1;

    @Override
    public void write(byte[] bytes) {
      run(
          () -> {
            stream.send(Unpooled.wrappedBuffer(bytes), false);
            link.flush();
          });
    }

    @Override
    public int read(Duration patience) throws SocketTimeoutException {
      if (current == END) {
        return -1;
      }
      while (position == current.length) {
        try {
          current = received.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        position = 0;
        if (current == null) {
          current = new byte[0];
          throw new SocketTimeoutException("nothing came on the stream");
        }
        if (current == END) {
          return -1;
        }
      }
      return current[position++] & 0xFF;
    }

    public StreamAttributes awaitAttributes() {
      return get(attributes);
    }

    public CloseReason awaitCloseReason() {
      return get(closeReason);
    }

    /** As the gateway does when the browser has gone. */
    public void close(CloseReason reason) {
      run(
          () -> {
            stream.close(reason, "");
            link.flush();
          });
    }

    @Override
    public void data(ByteBuf bytes, boolean first, int remaining, boolean droppable) {
      received.add(ByteBufUtil.getBytes(bytes));
      if (!droppable) {
        stream.consumed(bytes.readableBytes());
      }
    }

    @Override
    public void multicast(SharedPacket packet) {
      received.add(ByteBufUtil.getBytes(packet.bytes()));
    }

    @Override
    public void attributes(StreamAttributes attributes) {
      this.attributes.complete(attributes);
    }

    @Override
    public void closed(CloseReason reason, String text) {
      closeReason.complete(reason);
      received.add(END);
    }

    @Override
    public void close() {
      close(CloseReason.CLIENT_CLOSED);
    }
  }
}
