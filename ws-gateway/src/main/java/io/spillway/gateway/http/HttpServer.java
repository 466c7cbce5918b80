package io.spillway.gateway.http;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.xnio.XnioWorker;

/**
 * The gateway's HTTP listeners, opened and closed together. Start and stop are called by the
 * process' main thread.
 */
public final class HttpServer {

  public HttpServer(HttpSettings settings, BrowserAcceptor acceptor, BooleanSupplier ready) {}

  /**
   * Makes the worker and its I/O threads; nothing listens yet, so links can be opened on these
   * threads first.
   */
  public XnioWorker worker() {
    throw new UnsupportedOperationException();
  }

  /**
   * Opens every listener.
   *
   * @throws BindFailure if one can't be opened; then none is
   */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** The addresses bound for a listener of this name, in the order of its hosts. */
  public List<InetSocketAddress> addresses(String listener) {
    throw new UnsupportedOperationException();
  }

  /** Closes the listeners; open connections go on. */
  public void stopListening() {
    throw new UnsupportedOperationException();
  }

  /** Ends the worker with every connection that is left, and waits for its threads. */
  public void stop() {
    throw new UnsupportedOperationException();
  }
}
