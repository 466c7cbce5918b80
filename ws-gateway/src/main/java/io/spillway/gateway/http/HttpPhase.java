package io.spillway.gateway.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.xnio.ChannelListener;
import org.xnio.Option;
import org.xnio.StreamConnection;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.StreamSourceConduit;
import org.xnio.conduits.WriteReadyHandler;

/**
 * A connection for as long as it is HTTP's: a shell around the socket's own, which knows the
 * client's real address and is counted. Undertow is given it as a plain connection, and an upgrade
 * takes it away again: XNIO never forgets a connection's close listener, and through it everything
 * that HTTP has made (parser, timeouts, response, some 850 bytes) would live as long as the
 * WebSocket. With TLS it stays below, as TLS stays.
 *
 * <p>On the connection's I/O thread; from the accept until {@link #end} or the close.
 */
final class HttpPhase extends StreamConnection {

  /** By which a connection with TLS tells what is below it. */
  private static final Option<HttpPhase> BELOW =
      Option.simple(HttpPhase.class, "BELOW", HttpPhase.class);

  private final StreamConnection socket;
  private final InetSocketAddress client;
  private final Watch watch;

  /**
   * Around a socket that nobody reads yet.
   *
   * @param source what comes from it
   * @param ended when this is no HTTP connection any more
   */
  HttpPhase(
      StreamConnection socket,
      InetSocketAddress client,
      StreamSourceConduit source,
      Runnable ended) {
    super(socket.getIoThread());
    this.socket = socket;
    this.client = client;
    this.watch = new Watch(this, ended);
    setSourceConduit(source);
    setSinkConduit(socket.getSinkChannel().getConduit());
    socket.setCloseListener(watch);
  }

  /**
   * Ends the phase of a connection that is being upgraded, so that HTTP lets go of everything it
   * has for it, and gives the connection that goes on.
   */
  static StreamConnection end(StreamConnection upgraded) throws IOException {
    if (upgraded instanceof HttpPhase plain) {
      return plain.end();
    }
    HttpPhase below = upgraded.supportsOption(BELOW) ? upgraded.getOption(BELOW) : null;
    if (below != null) {
      below.watch.ended();
    }
    return upgraded;
  }

  private StreamConnection end() {
    watch.http = null;
    watch.ended();
    getSourceChannel()
        .getConduit()
        .setReadReadyHandler(
            new ReadReadyHandler.ChannelListenerHandler<>(socket.getSourceChannel()));
    getSinkChannel()
        .getConduit()
        .setWriteReadyHandler(
            new WriteReadyHandler.ChannelListenerHandler<>(socket.getSinkChannel()));
    closed();
    return socket;
  }

  private void closed() {
    readClosed();
    writeClosed();
  }

  @Override
  protected void closeAction() throws IOException {
    if (watch.http != null) {
      socket.close();
    }
  }

  @Override
  public SocketAddress getPeerAddress() {
    return client;
  }

  @Override
  public SocketAddress getLocalAddress() {
    return socket.getLocalAddress();
  }

  @Override
  public boolean supportsOption(Option<?> option) {
    return option == BELOW || socket.supportsOption(option);
  }

  @Override
  public <T> T getOption(Option<T> option) throws IOException {
    return option == BELOW ? option.cast(this) : socket.getOption(option);
  }

  @Override
  public <T> T setOption(Option<T> option, T value) throws IOException {
    return socket.setOption(option, value);
  }

  /** The one thing that stays with the socket. */
  private static final class Watch implements ChannelListener<StreamConnection> {

    /** Null when the connection has been upgraded. */
    private HttpPhase http;

    /** Null when it was told. */
    private Runnable ended;

    Watch(HttpPhase http, Runnable ended) {
      this.http = http;
      this.ended = ended;
    }

    void ended() {
      Runnable last = ended;
      ended = null;
      if (last != null) {
        last.run();
      }
    }

    @Override
    public void handleEvent(StreamConnection socket) {
      ended();
      if (http != null) {
        http.closed();
      }
    }
  }
}
