package io.spillway.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * A broker under test, running.
 *
 * @param webSocket null where it has none
 * @param tcp null where it has none
 */
record Target(
    String name,
    InetSocketAddress webSocket,
    String path,
    InetSocketAddress tcp,
    List<ServerProcess> processes)
    implements AutoCloseable {

  static InetSocketAddress loopback(int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).close();
    }
  }
}
