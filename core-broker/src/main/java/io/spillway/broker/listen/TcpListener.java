package io.spillway.broker.listen;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.spillway.broker.connection.CarrierFacts;
import io.spillway.broker.connection.MqttConnection;
import io.spillway.broker.connection.Surroundings;
import io.spillway.broker.routing.Home;
import io.spillway.tls.CertificateName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A listener of clients over TCP or TLS. Opened and closed by the main thread; a connection runs on
 * the loop it was given.
 */
public final class TcpListener implements AutoCloseable {

  /** Above the first a client counts as slow, below the second as ready again, in bytes. */
  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final ListenerSettings settings;
  private final Surroundings surroundings;
  private final LoopHomes homes;

  /** Null: plain TCP. Replaced as a whole on reload. */
  private volatile SslContext tls;

  private final AtomicInteger connections = new AtomicInteger();
  private final Sockets sockets;

  public TcpListener(
      ListenerSettings settings,
      SslContext tls,
      Surroundings surroundings,
      LoopHomes homes,
      Loops loops) {
    this.settings = settings;
    this.tls = tls;
    this.surroundings = surroundings;
    this.homes = homes;
    this.sockets = new Sockets(settings.key(), settings.hosts(), settings.port(), loops);
  }

  /**
   * Opens every address.
   *
   * @throws io.spillway.process.StartFailure says which address and which key
   */
  public void open() {
    sockets.open(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            accept(channel);
          }
        });
  }

  private void accept(Channel channel) {
    Home home = homes.current();
    InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
    InetSocketAddress local = (InetSocketAddress) channel.localAddress();
    if (remote == null || local == null) {
      channel.close(); // It was reset before we looked at it.
      return;
    }
    CarrierFacts facts =
        new CarrierFacts(
            remote,
            settings.name(),
            local.getPort(),
            settings.key(),
            settings.boundToLoopback() && remote.getAddress().isLoopbackAddress(),
            null);
    String refusal = begun(remote.getAddress());
    if (refusal != null) {
      surroundings.log().refused(facts, refusal);
      channel.close();
      return;
    }
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    SslContext context = tls;
    if (context != null) {
      SslHandler handler = context.newHandler(channel.alloc());
      handler.setHandshakeTimeoutMillis(surroundings.limits().connectTimeout().toMillis());
      channel.pipeline().addLast(handler);
    }
    channel
        .pipeline()
        .addLast(
            new TcpCarrier(
                facts,
                settings.tls() == null ? CertificateName.NONE : settings.tls().certificateName(),
                home,
                carrier -> new MqttConnection(surroundings, home, carrier, homes.connections(home)),
                () -> ended(remote.getAddress())));
  }

  /** Null: it may come; otherwise why not. */
  private String begun(InetAddress address) {
    String refusal;
    if (connections.incrementAndGet() > settings.maxConnections()) {
      refusal =
          "over "
              + settings.maxConnections()
              + " connections ("
              + settings.key()
              + ".max-connections)";
    } else {
      refusal = surroundings.clients().begun(address);
    }
    if (refusal != null) {
      connections.decrementAndGet();
    }
    return refusal;
  }

  private void ended(InetAddress address) {
    connections.decrementAndGet();
    surroundings.clients().ended(address);
  }

  /** Connections that come from now on get this certificate. */
  public void renew(SslContext context) {
    tls = context;
  }

  public int port() {
    return sockets.port();
  }

  /** Open connections. Any thread. */
  public int connections() {
    return connections.get();
  }

  /** Takes no more connections; those there are go on. */
  @Override
  public void close() {
    sockets.close();
  }
}
