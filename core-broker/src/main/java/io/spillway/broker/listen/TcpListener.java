package io.spillway.broker.listen;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.spillway.broker.connection.CarrierFacts;
import io.spillway.broker.connection.ClientCount;
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
    this.sockets = new Sockets(settings.key(), settings.hosts(), settings.port(), loops, false);
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
    InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
    InetSocketAddress local = (InetSocketAddress) channel.localAddress();
    if (remote == null || local == null) {
      channel.close(); // It was reset before we looked at it.
      return;
    }
    int open = connections.incrementAndGet();
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    if (open > settings.maxConnections()) {
      refuse(
          channel,
          facts(remote, local, false),
          new ClientCount.Refused(
              "listener max connections",
              "over "
                  + settings.maxConnections()
                  + " connections ("
                  + settings.key()
                  + ".max-connections)"));
      return;
    }
    if (settings.proxies().contains(remote.getAddress())) {
      CarrierFacts proxy = facts(remote, local, true);
      channel
          .pipeline()
          .addLast(
              new ProxyHeaderHandler(
                  surroundings.limits().connectTimeout(),
                  source -> admit(channel, facts(source == null ? remote : source, local, true)),
                  why ->
                      tell(
                          proxy,
                          new ClientCount.Refused(
                              "proxy header",
                              why + " (" + settings.key() + ".proxy-protocol-from)"))));
    } else {
      admit(channel, facts(remote, local, false));
    }
  }

  private CarrierFacts facts(InetSocketAddress client, InetSocketAddress local, boolean viaProxy) {
    return new CarrierFacts(
        client,
        settings.name(),
        local.getPort(),
        settings.key(),
        !viaProxy && settings.boundToLoopback() && client.getAddress().isLoopbackAddress(),
        null);
  }

  private void refuse(Channel channel, CarrierFacts facts, ClientCount.Refused refusal) {
    tell(facts, refusal);
    channel.close();
  }

  private void tell(CarrierFacts facts, ClientCount.Refused refusal) {
    surroundings.counts().refused(refusal.cause());
    surroundings.log().refused(facts, refusal.words());
  }

  /** Whose connection it is, is known now. */
  private void admit(Channel channel, CarrierFacts facts) {
    InetAddress address = facts.remoteAddress().getAddress();
    ClientCount.Refused refusal = surroundings.clients().begun(address);
    if (refusal != null) {
      refuse(channel, facts, refusal);
      return;
    }
    channel.closeFuture().addListener(closed -> surroundings.clients().ended(address));
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    SslContext context = tls;
    if (context != null) {
      channel
          .pipeline()
          .addLast(
              new TlsFirstBytes(settings.key(), why -> surroundings.log().refused(facts, why)));
      SslHandler handler = context.newHandler(channel.alloc());
      handler.setHandshakeTimeoutMillis(surroundings.limits().connectTimeout().toMillis());
      channel.pipeline().addLast(handler);
    }
    Home home = homes.current();
    channel
        .pipeline()
        .addLast(
            new TcpCarrier(
                facts,
                settings.tls() == null ? CertificateName.NONE : settings.tls().certificateName(),
                home,
                carrier ->
                    new MqttConnection(surroundings, home, carrier, homes.connections(home))));
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
