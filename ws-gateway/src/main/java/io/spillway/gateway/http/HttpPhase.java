package io.spillway.gateway.http;

import java.io.IOException;
import java.net.SocketAddress;
import org.xnio.ChannelListener;
import org.xnio.Option;
import org.xnio.StreamConnection;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.WriteReadyHandler;

/**
 * What Undertow is given as a plain connection: a shell around the socket's own, which an upgrade
 * takes away again. XNIO never forgets a connection's close listener, and through it everything
 * that HTTP has made (parser, timeouts, response, some 850 bytes) would live as long as the
 * WebSocket.
 *
 * <p>On the connection's I/O thread; from the accept until {@link #end} or the close.
 */
final class HttpPhase extends StreamConnection {

  private final StreamConnection socket;
  private final Watch watch = new Watch(this);

  HttpPhase(StreamConnection socket) {
    super(socket.getIoThread());
    this.socket = socket;
    setSourceConduit(socket.getSourceChannel().getConduit());
    setSinkConduit(socket.getSinkChannel().getConduit());
    socket.setCloseListener(watch);
  }

  /**
   * Ends this shell, so that HTTP lets go of everything it has for this connection, and gives the
   * socket's own connection, which stays open.
   */
  StreamConnection end() {
    watch.http = null;
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
    return socket.getPeerAddress();
  }

  @Override
  public SocketAddress getLocalAddress() {
    return socket.getLocalAddress();
  }

  @Override
  public boolean supportsOption(Option<?> option) {
    return socket.supportsOption(option);
  }

  @Override
  public <T> T getOption(Option<T> option) throws IOException {
    return socket.getOption(option);
  }

  @Override
  public <T> T setOption(Option<T> option, T value) throws IOException {
    return socket.setOption(option, value);
  }

  /** The one thing that stays with the socket. */
  private static final class Watch implements ChannelListener<StreamConnection> {

    /** Null when the connection has been upgraded. */
    private HttpPhase http;

    Watch(HttpPhase http) {
      this.http = http;
    }

    @Override
    public void handleEvent(StreamConnection socket) {
      if (http != null) {
        http.closed();
      }
    }
  }
}
