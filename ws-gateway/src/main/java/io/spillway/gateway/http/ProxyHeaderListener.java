package io.spillway.gateway.http;

import io.spillway.proxy.ProxyHeader;
import io.spillway.proxy.ProxyHeaderException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Reads the PROXY header of one connection from a listed proxy, and hands the connection on with
 * what came behind it. Holds at most one header's bytes, and not for long. On the connection's I/O
 * thread.
 */
final class ProxyHeaderListener implements ChannelListener<ConduitStreamSourceChannel> {
  private final StreamConnection socket;
  private final Duration patience;
  private final BiConsumer<InetSocketAddress, ByteBuffer> known;
  private final Consumer<String> refused;
  private final ByteBuffer held = ByteBuffer.allocate(ProxyHeader.LENGTH_MAX);
  private XnioExecutor.Key deadline;

  /**
   * Either is called once, unless the peer closes before.
   *
   * @param known the client's address, or null where the proxy speaks for itself, and what came
   *     behind the header
   * @param refused says why; the connection is closed behind it
   */
  ProxyHeaderListener(
      StreamConnection socket,
      Duration patience,
      BiConsumer<InetSocketAddress, ByteBuffer> known,
      Consumer<String> refused) {
    this.socket = socket;
    this.patience = patience;
    this.known = known;
    this.refused = refused;
  }

  void start() {
    deadline =
        socket
            .getIoThread()
            .executeAfter(
                () -> refuse("no PROXY header within " + patience.toMillis() + " ms"),
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
    socket.getSourceChannel().setReadListener(this);
    socket.getSourceChannel().resumeReads();
  }

  @Override
  public void handleEvent(ConduitStreamSourceChannel source) {
    try {
      int read = source.read(held);
      if (read < 0) {
        end();
        IoUtils.safeClose(socket);
      } else if (read > 0) {
        look(source);
      }
    } catch (ProxyHeaderException e) {
      refuse(e.getMessage());
    } catch (IOException e) {
      end();
      IoUtils.safeClose(socket);
    }
  }

  private void look(ConduitStreamSourceChannel source) throws ProxyHeaderException {
    ByteBuffer come = held.duplicate().flip();
    ProxyHeader header = ProxyHeader.read(come);
    if (header != null) {
      end();
      source.suspendReads();
      source.setReadListener(null);
      known.accept(header.source(), come.position(header.length()));
    }
  }

  private void end() {
    deadline.remove();
  }

  private void refuse(String why) {
    end();
    refused.accept(why);
    IoUtils.safeClose(socket);
  }
}
