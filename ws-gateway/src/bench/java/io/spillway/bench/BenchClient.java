package io.spillway.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * One MQTT client, over TCP or WebSocket. Connects, subscribes to at most one filter, counts what
 * it receives, acknowledges it once per read, and publishes what its {@link Publisher} has. On one
 * event loop.
 */
final class BenchClient extends ChannelInboundHandlerAdapter implements PacketReader.Listener {
  /** Who it is and what it does. */
  record Plan(
      Target target,
      boolean webSocket,
      String clientId,
      boolean cleanSession,
      String topicFilter,
      int qos,
      Flow flow,
      Meter meter) {}

  private final Plan plan;
  private final PacketReader reader;
  private final CompletableFuture<BenchClient> ready = new CompletableFuture<>();
  private ByteBuf response;
  private boolean upgraded;
  private Channel channel;
  private Publisher publisher;
  // Acknowledgements of this read, without the frame around them; null between reads.
  private ByteBuf acknowledgements;
  private int deliveredNow;
  private int publishedAcknowledged;
  private long readTime;
  private volatile long received;

  private BenchClient(Plan plan) {
    this.plan = plan;
    reader = new PacketReader(this, plan.webSocket);
    upgraded = !plan.webSocket;
  }

  /** Done when the client is connected and its subscription is granted. */
  static CompletableFuture<BenchClient> open(Bootstrap bootstrap, Plan plan) {
    BenchClient client = new BenchClient(plan);
    InetSocketAddress address = plan.webSocket ? plan.target.webSocket() : plan.target.tcp();
    bootstrap
        .clone()
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(65536, 262144))
        .handler(client)
        .connect(address)
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                client.ready.completeExceptionally(done.cause());
              }
            });
    return client.ready;
  }

  Channel channel() {
    return channel;
  }

  boolean webSocket() {
    return plan.webSocket;
  }

  /** How many messages have come; any thread. */
  long received() {
    return received;
  }

  void publishWith(Publisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    if (plan.webSocket) {
      byte[] request =
          Wire.upgrade("127.0.0.1:" + plan.target.webSocket().getPort(), plan.target.path());
      channel.writeAndFlush(channel.alloc().buffer().writeBytes(request));
    } else {
      connect();
    }
  }

  private void connect() {
    ByteBuf out = channel.alloc().buffer();
    Wire.connect(out, plan.clientId, plan.cleanSession, plan.webSocket);
    channel.writeAndFlush(out);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      readTime = System.nanoTime();
      if (!upgraded) {
        upgrade(in);
      }
      if (upgraded) {
        reader.read(in);
      }
    } finally {
      in.release();
    }
  }

  private void upgrade(ByteBuf in) {
    response = response == null ? channel.alloc().buffer() : response;
    while (in.isReadable() && !upgraded) {
      response.writeByte(in.readByte());
      int end = response.writerIndex();
      upgraded = end >= 4 && response.getInt(end - 4) == 0x0d0a0d0a;
    }
    if (upgraded) {
      String text = response.toString(StandardCharsets.US_ASCII);
      response.release();
      response = null;
      if (text.startsWith("HTTP/1.1 101")) {
        connect();
      } else {
        closed(text.lines().findFirst().orElse("no answer"));
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (acknowledgements != null) {
      ByteBuf header = channel.alloc().buffer(14);
      Wire.header(header, plan.webSocket, acknowledgements.readableBytes());
      channel.write(header);
      channel.writeAndFlush(acknowledgements);
      acknowledgements = null;
    }
    if (deliveredNow > 0) {
      received += deliveredNow;
      plan.meter.delivered(deliveredNow);
      int count = deliveredNow;
      deliveredNow = 0;
      if (plan.flow != null) {
        plan.flow.delivered(count);
      }
    }
    if (publishedAcknowledged > 0) {
      int count = publishedAcknowledged;
      publishedAcknowledged = 0;
      if (publisher != null) {
        publisher.acknowledged(count);
      }
    }
  }

  @Override
  public void publish(int qos, int packetId, long time) {
    deliveredNow++;
    if (time != 0) {
      plan.meter.latency(readTime - time);
    }
    if (qos == 1) {
      if (acknowledgements == null) {
        acknowledgements = channel.alloc().buffer(256);
      }
      acknowledgements.writeShort(0x4002).writeShort(packetId);
    }
  }

  @Override
  public void packet(int type, int second, int last) {
    switch (type) {
      case 2 -> connected(second);
      case 4 -> publishedAcknowledged++;
      case 9 -> {
        if (last > 2) {
          closed("the subscription was refused");
        }
        ready.complete(this);
      }
      default -> {}
    }
  }

  private void connected(int returnCode) {
    if (returnCode != 0) {
      closed("CONNACK " + returnCode);
    } else if (plan.topicFilter == null) {
      ready.complete(this);
    } else {
      ByteBuf out = channel.alloc().buffer();
      Wire.subscribe(out, plan.topicFilter, plan.qos, plan.webSocket);
      channel.writeAndFlush(out);
    }
  }

  @Override
  public void ping() {
    ByteBuf out = channel.alloc().buffer(6);
    Wire.pong(out);
    channel.writeAndFlush(out);
  }

  @Override
  public void closed(String why) {
    ready.completeExceptionally(new IllegalStateException(plan.clientId + ": " + why));
    plan.meter.lost(why);
    channel.close();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (publisher != null && channel.isWritable()) {
      publisher.resume();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!plan.meter.isEnding()) {
      closed("the connection was lost");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!plan.meter.isEnding()) {
      closed(String.valueOf(cause));
    }
  }
}
