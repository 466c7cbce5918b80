package io.spillway.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Lets programs that know TCP only talk to a gateway: a WebSocket per connection, the bytes passed
 * on as they come. For running other people's suites by hand: {@code WebSocketShim PORT
 * GATEWAY_PORT}.
 */
final class WebSocketShim {
  private WebSocketShim() {}

  public static void main(String[] args) throws IOException {
    InetAddress local = InetAddress.getLoopbackAddress();
    try (ServerSocket listener = new ServerSocket(Integer.parseInt(args[0]), 50, local)) {
      while (true) {
        Socket client = listener.accept();
        FramedWire gateway = new FramedWire(new Socket(local, Integer.parseInt(args[1])));
        thread(() -> up(client, gateway));
        thread(() -> down(gateway, client));
      }
    }
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task, "shim");
    thread.setDaemon(true);
    thread.start();
  }

  /** Reads to the client's end in any case: a reset would destroy what is on its way to it. */
  private static void up(Socket client, FramedWire gateway) {
    byte[] bytes = new byte[16 * 1024];
    boolean open = true;
    try (client;
        gateway) {
      for (int n = client.getInputStream().read(bytes); n > 0; ) {
        open = open && write(gateway, Arrays.copyOf(bytes, n));
        n = client.getInputStream().read(bytes);
      }
    } catch (IOException e) {
      // The other direction ends as well.
    }
  }

  private static boolean write(FramedWire gateway, byte[] bytes) {
    try {
      gateway.write(bytes);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void down(FramedWire gateway, Socket client) {
    try {
      while (true) {
        int b;
        try {
          b = gateway.read(Duration.ofSeconds(1));
        } catch (SocketTimeoutException e) {
          continue;
        }
        if (b < 0) {
          client.shutdownOutput();
          return;
        }
        client.getOutputStream().write(b);
      }
    } catch (IOException e) {
      // The other direction ends as well.
    }
  }
}
