package io.spillway.broker.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.spillway.broker.auth.Identity;
import io.spillway.broker.connection.Carrier;
import io.spillway.broker.connection.CarrierFacts;
import io.spillway.broker.connection.Ending;
import io.spillway.broker.connection.MqttConnection;
import io.spillway.broker.routing.Home;
import io.spillway.broker.session.MulticastLink;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import io.spillway.tls.CertificateName;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's socket, with or without TLS. Small packets are gathered in one buffer, large payloads
 * go by reference, and everything leaves with one gathering write at the end of the loop's turn.
 *
 * <p>Owned by the channel's event loop, from the channel's activation to its end.
 */
final class TcpCarrier extends ChannelInboundHandlerAdapter implements Carrier {
  private static final Logger log = LoggerFactory.getLogger(TcpCarrier.class);

  /** What gathers before it is sent within a turn: the socket works while we go on. */
  private static final int BATCH_MAX = 64 * 1024;

  private static final int BATCH_INITIAL = 1024;

  /** A packet beyond this isn't copied into the batch. */
  private static final int COPIED_MAX = 4096;

  /** A large payload goes to the channel in such pieces, as each is copied once more there. */
  private static final int PIECE_MAX = 64 * 1024;

  /**
   * How long a peer may take to read our last packet. Closing while it still sends would reset the
   * connection and could destroy that packet on its way.
   */
  private static final long LINGER_SECONDS = 2;

  /** Becomes that of somebody known when a certificate says who it is. */
  private CarrierFacts facts;

  private final CertificateName certificateName;
  private final Home home;
  private final Function<Carrier, MqttConnection> opened;
  private final Runnable flush = this::flushNow;

  private ChannelHandlerContext context;
  private MqttConnection connection;

  /** Small packets since the last write to the channel; null: none. Owned. */
  private ByteBuf batch;

  /** Parts that wait behind a large payload for the channel to be writable. Owned. */
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(0);

  /** Whether {@link #flush} will run at the end of this turn. */
  private boolean flushPending;

  /** Why the channel ends; null: the client closed it. */
  private String failure;

  /** This side has said its last word; what still comes is thrown away. */
  private boolean closing;

  /** {@code opened} makes the connection. */
  TcpCarrier(
      CarrierFacts facts,
      CertificateName certificateName,
      Home home,
      Function<Carrier, MqttConnection> opened) {
    this.facts = facts;
    this.certificateName = certificateName;
    this.home = home;
    this.opened = opened;
  }

  // ---- From the channel.

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    connection = opened.apply(this);
  }

  /** TLS comes before MQTT, so the certificate is known before CONNECT. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake
        && handshake.isSuccess()
        && certificateName != CertificateName.NONE) {
      identify(context.pipeline().get(SslHandler.class).engine().getSession());
    }
  }

  private void identify(SSLSession session) {
    try {
      String user = certificateName.of((X509Certificate) session.getPeerCertificates()[0]);
      if (user != null) {
        facts = facts.as(Identity.of(user));
      }
    } catch (SSLPeerUnverifiedException e) {
      log.debug("A client showed no certificate.", e);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    try {
      if (!closing) {
        connection.received((ByteBuf) bytes);
      }
    } finally {
      ReferenceCountUtil.release(bytes);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      pump();
      if (isWritable() && connection != null) {
        connection.writable();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    releaseBuffers();
    if (connection != null && !closing) {
      closing = true;
      if (failure == null) {
        connection.carrierClosed(Ending.CLOSED_BY_CLIENT, "");
      } else {
        connection.carrierClosed(Ending.BROKEN, failure);
      }
    }
  }

  /** A broken socket or TLS record; the channel's end follows. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable root =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (root instanceof SSLException) {
      failure = "TLS: " + root.getMessage();
    } else if (!(root instanceof IOException)) {
      log.error("A connection failed.", root);
      failure = "internal error";
    }
    context.close();
  }

  // ---- From the connection.

  @Override
  public CarrierFacts facts() {
    return facts;
  }

  @Override
  public ByteBufAllocator allocator() {
    return context.alloc();
  }

  @Override
  public ByteBuf begin(int length, boolean droppable) {
    if (batch == null) {
      batch = context.alloc().buffer(Math.max(length, BATCH_INITIAL));
    }
    return batch;
  }

  @Override
  public void end() {
    if (batch.readableBytes() >= BATCH_MAX) {
      handOver();
      context.flush();
    }
    flushAtEndOfTurn();
  }

  @Override
  public void write(byte[] packet, boolean droppable) {
    if (packet.length <= COPIED_MAX) {
      begin(packet.length, droppable).writeBytes(packet);
      end();
    } else {
      writeLarge(Unpooled.wrappedBuffer(packet));
    }
  }

  @Override
  public void write(ByteBuf head, ByteBuf payload, boolean droppable) {
    begin(head.readableBytes(), droppable).writeBytes(head);
    head.release();
    writeLarge(payload);
  }

  private void writeLarge(ByteBuf part) {
    handOver();
    if (context.isRemoved() || !context.channel().isActive()) {
      part.release();
      return;
    }
    waiting.add(part);
    pump();
    flushAtEndOfTurn();
  }

  /** Moves the batch to the channel, or behind what waits. */
  private void handOver() {
    if (batch == null) {
      return;
    }
    ByteBuf full = batch;
    batch = null;
    if (waiting.isEmpty()) {
      context.write(full, context.voidPromise());
    } else {
      waiting.add(full);
    }
  }

  /** Moves what waits to the channel, as far as it is writable. */
  private void pump() {
    Channel channel = context.channel();
    boolean moved = false;
    while (!waiting.isEmpty() && channel.isWritable()) {
      ByteBuf part = waiting.peek();
      if (part.readableBytes() > PIECE_MAX) {
        context.write(part.readRetainedSlice(PIECE_MAX), context.voidPromise());
      } else {
        context.write(waiting.poll(), context.voidPromise());
      }
      moved = true;
      if (!channel.isWritable()) {
        context.flush();
      }
    }
    if (moved) {
      flushAtEndOfTurn();
    }
  }

  private void flushAtEndOfTurn() {
    if (!flushPending) {
      flushPending = true;
      home.atEndOfTurn(flush);
    }
  }

  private void flushNow() {
    flushPending = false;
    if (context.channel().isActive()) {
      handOver();
      context.flush();
    } else {
      releaseBuffers();
    }
  }

  private void releaseBuffers() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
    waiting.forEach(ByteBuf::release);
    waiting.clear();
  }

  @Override
  public int publish(
      PassingMessage message, ProtocolVersion version, int qos, boolean retain, int packetId) {
    return 0;
  }

  @Override
  public boolean isWritable() {
    return waiting.isEmpty() && context.channel().isWritable();
  }

  @Override
  public boolean isWritableForQos0() {
    return isWritable();
  }

  @Override
  public void pauseReading() {
    context.channel().config().setAutoRead(false);
  }

  @Override
  public void resumeReading() {
    context.channel().config().setAutoRead(true);
  }

  @Override
  public void connected(
      int protocolLevel, int keepAliveSeconds, int maximumPacketSize, String clientId) {
    // Nobody between us and the client needs to know.
  }

  @Override
  public boolean hasEdge() {
    return false;
  }

  @Override
  public MulticastLink multicastLink() {
    return null;
  }

  @Override
  public void close(ReasonCode reasonCode, String text) {
    closing = true;
    Channel channel = context.channel();
    if (!channel.isActive()) {
      releaseBuffers();
      return;
    }
    // A large payload that is still waiting is given up: the client isn't reading.
    boolean cutShort = !waiting.isEmpty();
    handOver();
    if (cutShort) {
      releaseBuffers();
    }
    channel.config().setAutoRead(true);
    context
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            done -> {
              if (!done.isSuccess() || reasonCode == ReasonCode.NORMAL_DISCONNECTION) {
                context.close();
              } else {
                sayGoodbye(channel);
              }
            });
    channel.eventLoop().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
  }

  /** Ends our direction; the channel closes when the client has ended its own. */
  private void sayGoodbye(Channel channel) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound();
    } else {
      ((DuplexChannel) channel).shutdownOutput();
    }
  }
}
