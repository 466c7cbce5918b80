package io.spillway.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** Somebody who sends the same bytes again and again, on a thread of its own. */
public final class Flood {
  private static final int STANDSTILL_CHECKS = 20;

  private final int times;
  private final Thread thread;
  private volatile int sent;

  public Flood(Socket socket, byte[] bytes, int times) {
    this.times = times;
    this.thread = new Thread(() -> send(socket, bytes), "flood");
    thread.setDaemon(true);
    thread.start();
  }

  private void send(Socket socket, byte[] bytes) {
    try {
      while (sent < times) {
        socket.getOutputStream().write(bytes);
        sent++;
      }
    } catch (IOException e) {
      // Closed in the midst of it.
    }
  }

  /** Waits until nothing has been taken for two seconds; fails if all of it was. */
  public Flood expectStandstill() throws InterruptedException {
    int before = -1;
    for (int same = 0; same < STANDSTILL_CHECKS; ) {
      thread.join(100);
      same = sent == before ? same + 1 : 0;
      before = sent;
      assertTrue(thread.isAlive(), "all that was sent has been taken");
    }
    return this;
  }

  /** Waits for the thread's end. */
  public void join() throws InterruptedException {
    thread.join(TimeUnit.SECONDS.toMillis(30));
    assertTrue(!thread.isAlive(), "still sending");
  }
}
