package io.spillway.gateway.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.spillway.gateway.http.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server sends, driven from the connection's own thread. */
class SendingTest {

  private static final int LARGE = 8 * 1024 * 1024;

  private final BlockingQueue<Browser> browsers = new LinkedBlockingQueue<>();
  private TestServer server;

  @BeforeEach
  void start() {
    server =
        new TestServer(
            (connection, facts) -> {
              Browser browser = new Browser(connection);
              browsers.add(browser);
              return browser;
            });
  }

  @AfterEach
  void stop() throws Exception {
    server.awaitNoConnections();
    server.close();
  }

  @Test
  void severalBuffersMakeOneFrame() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Browser browser = nextBrowser();

      boolean taken =
          browser.call(
              connection -> {
                ByteBuf[] parts = {buffer(1, 2), buffer(), buffer(3), buffer(9)};
                boolean answer = connection.send(parts, 3);
                parts[3].release();
                return answer;
              });

      assertTrue(taken);
      assertArrayEquals(new byte[] {1, 2, 3}, client.expectBinary());
    }
  }

  @Test
  void oneBufferMayBeOnItsWayToManyConnections() throws Exception {
    byte[] payload = FramingTest.pattern(100_000);
    ByteBuf shared = ByteBufAllocator.DEFAULT.buffer().writeBytes(payload);
    try (RawClient one = RawClient.open(server.port());
        RawClient other = RawClient.open(server.port())) {
      Browser first = nextBrowser();
      Browser second = nextBrowser();

      first.call(connection -> connection.send(shared.retain()));
      second.call(connection -> connection.send(shared));

      assertArrayEquals(payload, one.expectBinary());
      assertArrayEquals(payload, other.expectBinary());
    }
    server.awaitNoConnections();
    assertEquals(0, shared.refCnt());
  }

  @Test
  void whatTheSocketDoesNotTakeFollowsAndIsToldOnce() throws Exception {
    byte[] payload = FramingTest.pattern(LARGE);
    try (RawClient client = RawClient.connectNarrow(server.port()).upgrade()) {
      Browser browser = nextBrowser();

      boolean taken = browser.call(connection -> connection.send(buffer(payload)));
      boolean writable = browser.call(WebSocketConnection::isWritable);
      assertFalse(taken);
      assertFalse(writable);
      assertEquals(0, browser.writables.size());
      byte[] received = client.expectBinary();

      assertArrayEquals(payload, received);
      assertTrue(browser.writables.poll(5, TimeUnit.SECONDS));
      boolean writableAgain = browser.call(WebSocketConnection::isWritable);
      assertTrue(writableAgain);
      assertEquals(0, browser.writables.size());
    }
  }

  @Test
  void smallMessagesThatFillTheSocketAllArrive() throws Exception {
    try (RawClient client = RawClient.connectNarrow(server.port()).upgrade()) {
      Browser browser = nextBrowser();
      byte[] payload = FramingTest.pattern(1000);

      int sent =
          browser.call(
              connection -> {
                int count = 1;
                while (connection.send(buffer(payload))) {
                  count++;
                }
                return count;
              });

      for (int i = 0; i < sent; i++) {
        assertArrayEquals(payload, client.expectBinary());
      }
      assertTrue(browser.writables.poll(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void sendingWhileNotWritableIsAMistake() throws Exception {
    try (RawClient client = RawClient.connectNarrow(server.port()).upgrade()) {
      Browser browser = nextBrowser();
      browser.call(connection -> connection.send(buffer(new byte[LARGE])));

      ByteBuf more = buffer(1);
      assertThrows(
          IllegalStateException.class, () -> browser.call(connection -> connection.send(more)));

      more.release();
      client.close();
    }
  }

  @Test
  void aMessageOfKnownLengthIsOneFrameHoweverItsPiecesCome() throws Exception {
    byte[] payload = FramingTest.pattern(300_000);
    try (RawClient client = RawClient.open(server.port())) {
      Browser browser = nextBrowser();
      CompletableFuture<byte[]> received =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return client.expectBinary();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });

      browser.call(
          connection ->
              connection.sendStart(
                  payload.length, new ByteBuf[] {buffer(Arrays.copyOf(payload, 10))}, 1));
      for (int from = 10; from < payload.length; from += 70_000) {
        browser.awaitWritable();
        byte[] piece = Arrays.copyOfRange(payload, from, Math.min(from + 70_000, payload.length));
        browser.call(connection -> connection.sendRest(new ByteBuf[] {buffer(piece)}, 1));
      }

      assertArrayEquals(payload, received.get(10, TimeUnit.SECONDS));
      long remaining = browser.call(WebSocketConnection::sendRemaining);
      assertEquals(0, remaining);
    }
  }

  @Test
  void aPongWaitsForTheEndOfTheFrameUnderWay() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Browser browser = nextBrowser();
      browser.call(connection -> connection.sendStart(4, new ByteBuf[] {buffer(1, 2)}, 1));

      client.send("89 81 00000000 41").sendBinary(new byte[] {7});
      assertEquals(1, browser.received.poll(5, TimeUnit.SECONDS));
      browser.call(connection -> connection.sendRest(new ByteBuf[] {buffer(3, 4)}, 1));

      assertArrayEquals(new byte[] {1, 2, 3, 4}, client.expectBinary());
      assertEquals(Opcode.PONG, client.readFrame().opcode());
    }
  }

  @Test
  void aMessageThatCannotBeEndedCutsTheConnectionInstead() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Browser browser = nextBrowser();
      browser.call(connection -> connection.sendStart(4, new ByteBuf[] {buffer(1, 2)}, 1));

      browser.run(connection -> connection.close(CloseCode.GOING_AWAY, "bye"));

      byte[] beginning = new byte[4];
      client.in().read(beginning);
      assertArrayEquals(new byte[] {(byte) 0x82, 4, 1, 2}, beginning);
      assertTrue(client.isEnded());
      assertEquals(CloseCode.GOING_AWAY, browser.awaitClosed().code());
    }
  }

  @Test
  void aCloseFollowsWhatIsPending() throws Exception {
    byte[] payload = FramingTest.pattern(LARGE);
    try (RawClient client = RawClient.connectNarrow(server.port()).upgrade()) {
      Browser browser = nextBrowser();
      browser.call(connection -> connection.send(buffer(payload)));

      browser.run(connection -> connection.close(CloseCode.SERVICE_RESTART, "the broker is gone"));

      assertArrayEquals(payload, client.expectBinary());
      RawClient.Frame close = client.readFrame();
      assertEquals(CloseCode.SERVICE_RESTART, close.closeCode());
      assertEquals("the broker is gone", close.closeReason());
      client.send("88 82 00000000 03F4");
      client.expectEnd();
      assertEquals(CloseCode.SERVICE_RESTART, browser.awaitClosed().code());
    }
  }

  @Test
  void dataAfterOurCloseIsNotTold() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Browser browser = nextBrowser();

      browser.run(connection -> connection.close(CloseCode.NORMAL, ""));
      assertEquals(CloseCode.NORMAL, client.readFrame().closeCode());
      client.sendBinary(new byte[] {1}).send("88 82 00000000 03E8");

      client.expectEnd();
      assertEquals(CloseCode.NORMAL, browser.awaitClosed().code());
      assertEquals(0, browser.received.size());
    }
  }

  @Test
  void aPeerThatDoesNotAnswerACloseIsCutAfterTheTimeout() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Browser browser = nextBrowser();

      browser.run(connection -> connection.close(CloseCode.NORMAL, ""));

      assertEquals(CloseCode.NORMAL, client.readFrame().closeCode());
      assertTrue(client.isEnded());
      assertEquals(CloseCode.NORMAL, browser.awaitClosed().code());
    }
  }

  @Test
  void aPeerThatTakesNothingIsCutAfterTheCloseTimeout() throws Exception {
    try (RawClient client = RawClient.connectNarrow(server.port()).upgrade()) {
      Browser browser = nextBrowser();
      browser.call(connection -> connection.send(buffer(new byte[LARGE])));

      browser.run(connection -> connection.close(CloseCode.NORMAL, ""));

      assertEquals(CloseCode.NORMAL, browser.awaitClosed().code());
      client.close();
    }
  }

  @Test
  void sendingOnAClosedConnectionDropsTheMessage() throws Exception {
    RawClient client = RawClient.open(server.port());
    Browser browser = nextBrowser();
    client.reset();
    browser.awaitClosed();
    ByteBuf message = buffer(1, 2, 3);

    boolean taken = browser.call(connection -> connection.send(message));

    assertTrue(taken);
    assertEquals(0, message.refCnt());
  }

  @Test
  void suspendedReadsHoldBackEvenWhatHasBeenRead() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Browser browser = nextBrowser();
      browser.suspendAfterEach = true;
      byte[] three = new byte[21];
      for (int i = 0; i < 3; i++) {
        System.arraycopy(RawClient.frame(0x82, new byte[] {(byte) i}), 0, three, 7 * i, 7);
      }

      client.send(three);

      for (int i = 0; i < 3; i++) {
        assertEquals(1, browser.received.poll(5, TimeUnit.SECONDS));
        int more = browser.call(connection -> browser.received.size());
        assertEquals(0, more);
        browser.run(WebSocketConnection::resumeReads);
      }
    }
  }

  @Test
  void anExceptionFromTheListenerClosesWithInternalError() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Browser browser = nextBrowser();
      browser.failure = new RuntimeException("on purpose", null, false, false) {};

      client.sendBinary(new byte[] {1});

      client.expectClose(CloseCode.INTERNAL_ERROR);
      assertEquals(CloseCode.INTERNAL_ERROR, browser.awaitClosed().code());
    }
  }

  @Test
  void closingFromWithinAcceptIsPossible() throws Exception {
    try (TestServer closing =
            new TestServer(
                (connection, facts) -> {
                  connection.close(CloseCode.TRY_AGAIN_LATER, "full");
                  Browser browser = new Browser(connection);
                  browsers.add(browser);
                  return browser;
                });
        RawClient client = RawClient.open(closing.port())) {

      RawClient.Frame close = client.readFrame();
      client.send("88 82 00000000 03F5");

      assertEquals("full", close.closeReason());
      assertEquals(CloseCode.TRY_AGAIN_LATER, nextBrowser().awaitClosed().code());
      closing.awaitNoConnections();
    }
  }

  private Browser nextBrowser() throws InterruptedException {
    Browser browser = browsers.poll(5, TimeUnit.SECONDS);
    assertTrue(browser != null, "an upgrade within five seconds");
    return browser;
  }

  private static ByteBuf buffer(int... octets) {
    ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer();
    for (int octet : octets) {
      buffer.writeByte(octet);
    }
    return buffer;
  }

  private static ByteBuf buffer(byte[] bytes) {
    return ByteBufAllocator.DEFAULT.buffer(bytes.length).writeBytes(bytes);
  }

  private static final class Browser implements WebSocketListener {

    interface Action<T> {
      T on(WebSocketConnection connection);
    }

    final WebSocketConnection connection;
    final BlockingQueue<Boolean> writables = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
    final BlockingQueue<Echo.Closed> closed = new LinkedBlockingQueue<>();
    volatile boolean suspendAfterEach;
    volatile RuntimeException failure;

    Browser(WebSocketConnection connection) {
      this.connection = connection;
    }

    /** Runs on the connection's thread and waits for the answer. */
    <T> T call(Action<T> action) throws Exception {
      CompletableFuture<T> answer = new CompletableFuture<>();
      connection
          .ioThread()
          .execute(
              () -> {
                try {
                  answer.complete(action.on(connection));
                } catch (RuntimeException | Error e) {
                  answer.completeExceptionally(e);
                }
              });
      try {
        return answer.get(10, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw e;
      }
    }

    void run(Consumer<WebSocketConnection> action) throws Exception {
      call(
          connection -> {
            action.accept(connection);
            return null;
          });
    }

    void awaitWritable() throws Exception {
      if (!call(WebSocketConnection::isWritable)) {
        assertTrue(writables.poll(10, TimeUnit.SECONDS));
      }
      writables.clear();
    }

    Echo.Closed awaitClosed() throws InterruptedException {
      Echo.Closed end = closed.poll(10, TimeUnit.SECONDS);
      assertTrue(end != null, "closed within ten seconds");
      return end;
    }

    @Override
    public void data(ByteBuffer payload, boolean lastOfMessage) {
      if (failure != null) {
        throw failure;
      }
      received.add(payload.remaining());
      if (suspendAfterEach) {
        connection.suspendReads();
      }
    }

    @Override
    public void writable() {
      writables.add(true);
    }

    @Override
    public void closed(int code, String reason) {
      closed.add(new Echo.Closed(code, reason));
    }
  }
}
