package io.spillway.gateway.websocket;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * Makes WebSocket connections of connections that HTTP has upgraded. One per server, for its
 * lifetime; any thread.
 */
public final class WebSockets {

  private final List<IoLoop> loops = new ArrayList<>();

  public WebSockets(XnioWorker worker, WebSocketSettings settings) {
    for (int i = 0; i < worker.getIoThreadCount(); i++) {
      loops.add(new IoLoop(worker.getIoThread(i), settings));
    }
  }

  /**
   * Takes an upgraded connection over. Called on its I/O thread; nothing is read before {@link
   * WebSocketConnection#start}.
   *
   * @param alreadyRead what was read behind the upgrade request; copied; null if nothing
   */
  public WebSocketConnection open(StreamConnection connection, ByteBuffer alreadyRead) {
    return new WebSocketConnection(connection, loopOf(connection.getIoThread()), alreadyRead);
  }

  /** How many connections there are, those included whose closing handshake is under way. */
  public int size() {
    int sum = 0;
    for (IoLoop loop : loops) {
      sum += loop.size();
    }
    return sum;
  }

  private IoLoop loopOf(XnioIoThread thread) {
    for (IoLoop loop : loops) {
      if (loop.thread() == thread) {
        return loop;
      }
    }
    throw new IllegalStateException(thread + " is not of this server's worker");
  }
}
