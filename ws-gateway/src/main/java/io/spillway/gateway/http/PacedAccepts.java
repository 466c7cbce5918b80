package io.spillway.gateway.http;

import io.spillway.limits.FullHouse;
import io.spillway.limits.OpenFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * Takes the connections of one listening socket: so many in a row, then a pause in which every I/O
 * thread turns to the connections that it has. Without it a flood of connections would keep
 * everybody else waiting for as long as it lasts, because an XNIO thread runs all its tasks, of
 * which each accepted connection is one, before it looks at a socket again. The pause lasts while
 * the process has nearly as many files open as it may. Meanwhile further connections wait in the
 * kernel's backlog.
 *
 * <p>On the I/O threads, which share it. Lives as long as the listening socket.
 */
final class PacedAccepts implements ChannelListener<AcceptingChannel<StreamConnection>> {
  private static final Logger log = LoggerFactory.getLogger(PacedAccepts.class);

  /** Between two pauses; some 128 more may be on their way by then. */
  private static final int IN_A_ROW = 64;

  /** A task that is due later than now runs only after a look at the sockets. */
  private static final long LATER_MILLIS = 1;

  /** Between two looks for room. */
  private static final long ROOM_MILLIS = 250;

  private final XnioWorker worker;
  private final ChannelListener<StreamConnection> next;

  /** Since the last pause. */
  private final AtomicInteger taken = new AtomicInteger();

  /** I/O threads that haven't looked at their sockets in this pause, and 1; 0: there is none. */
  private final AtomicInteger turning = new AtomicInteger();

  private final FullHouse fullHouse = new FullHouse();

  PacedAccepts(XnioWorker worker, ChannelListener<StreamConnection> next) {
    this.worker = worker;
    this.next = next;
  }

  @Override
  public void handleEvent(AcceptingChannel<StreamConnection> listening) {
    StreamConnection connection;
    try {
      connection = listening.accept();
    } catch (IOException e) {
      log.debug("A connection could not be accepted.", e);
      return;
    }
    if (connection == null) {
      return;
    }
    next.handleEvent(connection);
    if (taken.incrementAndGet() >= IN_A_ROW
        && turning.compareAndSet(0, worker.getIoThreadCount() + 1)) {
      pause(listening);
    }
  }

  private void pause(AcceptingChannel<StreamConnection> listening) {
    listening.suspendAccepts();
    for (int i = 0; i < worker.getIoThreadCount(); i++) {
      XnioIoThread thread = worker.getIoThread(i);
      // The first may have become due among many tasks; the second is due after a look for sure.
      later(thread, () -> later(thread, () -> turned(listening)));
    }
  }

  private static void later(XnioIoThread thread, Runnable task) {
    thread.executeAfter(task, LATER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void turned(AcceptingChannel<StreamConnection> listening) {
    if (turning.decrementAndGet() == 1) {
      resume(listening);
    }
  }

  private void resume(AcceptingChannel<StreamConnection> listening) {
    if (!listening.isOpen()) {
      return;
    }
    if (OpenFiles.roomFor(IN_A_ROW)) {
      taken.set(0);
      turning.set(0);
      listening.resumeAccepts();
      return;
    }
    int port = listening.getLocalAddress(InetSocketAddress.class).getPort();
    fullHouse.tell(log, port, "the process has nearly as many files open as it may");
    listening
        .getIoThread()
        .executeAfter(() -> resume(listening), ROOM_MILLIS, TimeUnit.MILLISECONDS);
  }
}
