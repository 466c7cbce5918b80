package io.spillway.gateway.uplink;

import io.undertow.UndertowOptions;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * Opens connections to one address. Names are looked up by the worker's task threads, since that
 * may block; everything else happens on the I/O thread that asks. Immutable.
 */
final class Dialer {
  private final XnioWorker worker;
  private final InetSocketAddress address;
  private final UndertowXnioSsl tls;
  private final Duration timeout;

  /**
   * @param address not resolved
   * @param tls null: plain TCP. The peer's certificate must name the address' host.
   */
  Dialer(XnioWorker worker, InetSocketAddress address, SSLContext tls, Duration timeout) {
    this.worker = worker;
    this.address = address;
    this.tls = tls == null ? null : new UndertowXnioSsl(worker.getXnio(), OptionMap.EMPTY, tls);
    this.timeout = timeout;
  }

  InetSocketAddress address() {
    return address;
  }

  boolean isEncrypted() {
    return tls != null;
  }

  /** Exactly one of the two is told, on the I/O thread, not from within this call. */
  void dial(
      XnioIoThread ioThread, Consumer<StreamConnection> opened, Consumer<IOException> failed) {
    worker.execute(
        () -> {
          InetSocketAddress resolved =
              new InetSocketAddress(address.getHostString(), address.getPort());
          ioThread.execute(() -> connect(ioThread, resolved, opened, failed));
        });
  }

  private void connect(
      XnioIoThread ioThread,
      InetSocketAddress resolved,
      Consumer<StreamConnection> opened,
      Consumer<IOException> failed) {
    if (resolved.isUnresolved()) {
      failed.accept(new UnknownHostException("unknown host " + address.getHostString()));
      return;
    }
    IoFuture<? extends StreamConnection> future = open(ioThread, resolved);
    XnioExecutor.Key timer =
        ioThread.executeAfter(future::cancel, timeout.toMillis(), TimeUnit.MILLISECONDS);
    future.addNotifier(
        (done, nothing) ->
            ioThread.execute(
                () -> {
                  timer.remove();
                  settle(done, opened, failed);
                }),
        null);
  }

  private IoFuture<? extends StreamConnection> open(
      XnioIoThread ioThread, InetSocketAddress resolved) {
    OptionMap.Builder options = OptionMap.builder();
    options.set(Options.TCP_NODELAY, true);
    if (tls == null) {
      return ioThread.openStreamConnection(resolved, null, options.getMap());
    }
    options.set(UndertowOptions.ENDPOINT_IDENTIFICATION_ALGORITHM, "HTTPS");
    return tls.openSslConnection(ioThread, resolved, null, options.getMap());
  }

  private void settle(
      IoFuture<? extends StreamConnection> done,
      Consumer<StreamConnection> opened,
      Consumer<IOException> failed) {
    switch (done.getStatus()) {
      case DONE -> {
        try {
          opened.accept(done.get());
        } catch (IOException e) {
          failed.accept(e);
        }
      }
      case FAILED -> failed.accept(done.getException());
      default -> failed.accept(new IOException("no answer within " + timeout.toSeconds() + " s"));
    }
  }

  /** A connection that nobody wants any more. */
  static void discard(StreamConnection connection) {
    IoUtils.safeClose(connection);
  }
}
