package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.process.log.Logging;
import io.spillway.testing.Ports;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What the outside hears when an I/O thread of a gateway stands still. */
class GatewayHealthTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Whoever is taken by the thread that stands still gets no answer, and asks again. */
  private static final int ANSWER_MILLIS = 500;

  /** While a thread stands still only some 64 connections are taken. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  @Test
  void anIoThreadThatDoesntTurnIsNamedByTheOtherUntilItTurnsAgain() throws Exception {
    try (TestGateway gateway = TestGateway.before(Ports.free());
        HeldThread held = new HeldThread("Refused a request for \"/held\"");
        Socket refused = PlainHttp.request(gateway.httpPort(), "/held", "Upgrade: websocket\r\n")) {
      String name = held.name();
      assertTrue(name.matches("ws-io-[12]"), name);

      await(gateway, answer -> answer.matches("503 not live: " + name + " has not turned for .*"));
      held.release();

      await(gateway, "200 live"::equals);
      assertEquals("404", PlainHttp.answer(refused, 30_000).substring(0, 3));
    }
  }

  private static void await(TestGateway gateway, Predicate<String> expected) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (String answer = live(gateway); !expected.test(answer); answer = live(gateway)) {
      assertTrue(System.nanoTime() < deadline, answer);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static String live(TestGateway gateway) throws IOException {
    return PlainHttp.get(gateway.adminPort(), "/livez", ANSWER_MILLIS);
  }

  /** Holds the thread that logs a line, as nothing in a gateway lets anybody do. */
  private static final class HeldThread implements AutoCloseable {
    private final CompletableFuture<String> name = new CompletableFuture<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Logging.Tee tee;

    HeldThread(String line) {
      tee =
          Logging.tee(
              message -> {
                if (message.startsWith(line) && name.complete(Thread.currentThread().getName())) {
                  hold();
                }
              });
    }

    private void hold() {
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    String name() throws Exception {
      return name.get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    }

    void release() {
      released.countDown();
    }

    @Override
    public void close() {
      release();
      tee.close();
    }
  }
}
