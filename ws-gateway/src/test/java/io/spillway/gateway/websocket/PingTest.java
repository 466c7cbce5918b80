package io.spillway.gateway.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.spillway.gateway.http.TestServer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that say nothing: pinged so that proxies keep them, and cut when nobody is there. */
class PingTest {

  private final BlockingQueue<Echo> echoes = new LinkedBlockingQueue<>();
  private TestServer server;

  @BeforeEach
  void start() {
    TestServer.Settings settings = new TestServer.Settings();
    settings.webSocket = new WebSocketSettings(Duration.ofMillis(100), Duration.ofSeconds(1));
    server =
        new TestServer(
            settings,
            (connection, facts) -> {
              Echo echo = new Echo(connection);
              echoes.add(echo);
              return echo;
            });
  }

  @AfterEach
  void stop() throws Exception {
    server.awaitNoConnections();
    server.close();
  }

  @Test
  void aPeerThatAnswersPingsStays() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      for (int i = 0; i < 6; i++) {
        RawClient.Frame ping = client.readFrame();
        assertEquals(Opcode.PING, ping.opcode());
        client.send("8A 80 00000000");
      }

      client.send("88 80 00000000");

      client.expectClose(CloseCode.NO_STATUS);
    }
  }

  @Test
  void aPeerThatAnswersNothingIsCut() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      assertEquals(Opcode.PING, client.readFrame().opcode());
      assertEquals(Opcode.PING, client.readFrame().opcode());
      client.expectEnd();

      Echo echo = echoes.poll(5, TimeUnit.SECONDS);
      assertEquals(CloseCode.ABNORMAL, echo.awaitClosed().code());
    }
  }

  @Test
  void aPeerThatReadsSlowlyAndSaysNothingStays() throws Exception {
    byte[] large = new byte[8 * 1024 * 1024];
    try (RawClient client = RawClient.connectNarrow(server.port()).upgrade()) {
      Echo echo = echoes.poll(5, TimeUnit.SECONDS);
      echo.connection.ioThread().execute(() -> echo.connection.send(Unpooled.wrappedBuffer(large)));

      // A part of it over some fifteen intervals, then all the rest.
      byte[] part = new byte[64 * 1024];
      for (int i = 0; i < 50; i++) {
        client.in().readNBytes(part, 0, part.length);
        TimeUnit.MILLISECONDS.sleep(30);
      }
      client.in().readNBytes(10 + large.length - 50 * part.length);

      assertEquals(Opcode.PING, client.readFrame().opcode());
      client.send("88 80 00000000");
      assertEquals(CloseCode.NO_STATUS, echo.awaitClosed().code());
    }
  }

  @Test
  void aPeerThatTakesNothingForLongIsCut() throws Exception {
    try (RawClient client = RawClient.connectNarrow(server.port()).upgrade()) {
      Echo echo = echoes.poll(5, TimeUnit.SECONDS);
      byte[] large = new byte[8 * 1024 * 1024];
      echo.connection.ioThread().execute(() -> echo.connection.send(Unpooled.wrappedBuffer(large)));

      assertEquals(CloseCode.ABNORMAL, echo.awaitClosed().code());
      client.close();
    }
  }

  @Test
  void aPeerWhoseReadsAreSuspendedIsNotBlamedForSilence() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Echo echo = echoes.poll(5, TimeUnit.SECONDS);
      echo.connection.ioThread().execute(echo.connection::suspendReads);
      Echo.Closed end = echo.closed.poll(700, TimeUnit.MILLISECONDS);
      assertTrue(end == null, "still open after seven intervals");

      echo.connection.ioThread().execute(echo.connection::resumeReads);
      client.send("88 80 00000000");

      assertEquals(CloseCode.NO_STATUS, echo.awaitClosed().code());
    }
  }
}
