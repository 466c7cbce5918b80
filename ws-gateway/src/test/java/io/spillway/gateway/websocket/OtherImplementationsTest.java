package io.spillway.gateway.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.gateway.http.SelfSigned;
import io.spillway.gateway.http.TestServer;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.websockets.client.WebSocketClient;
import io.undertow.websockets.client.WebSocketClientNegotiation;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketChannel;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that others have written: OkHttp, and Undertow's own channel; also over TLS. */
class OtherImplementationsTest {

  private static final int TEN_MEBIBYTES = 10 * 1024 * 1024;
  private static final int[] LENGTHS = {0, 1, 125, 126, 65535, 65536, 1024 * 1024, TEN_MEBIBYTES};

  @Test
  void okHttpTalksBothWays() throws Exception {
    try (TestServer server = new TestServer((connection, facts) -> new Echo(connection))) {
      OkHttpClient client = new OkHttpClient();

      talk(client, "http://127.0.0.1:" + server.port() + "/mqtt");

      server.awaitNoConnections();
    }
  }

  @Test
  void okHttpTalksBothWaysOverTls(@TempDir Path directory) throws Exception {
    KeyStore store = SelfSigned.keyStore(directory);
    SSLContext tls = SelfSigned.context(store);
    TestServer.Settings settings = new TestServer.Settings();
    settings.tls = tls;
    try (TestServer server =
        new TestServer(settings, (connection, facts) -> new Echo(connection))) {
      X509TrustManager trust = (X509TrustManager) SelfSigned.trust(store).getTrustManagers()[0];
      OkHttpClient client =
          new OkHttpClient.Builder().sslSocketFactory(tls.getSocketFactory(), trust).build();

      talk(client, "https://127.0.0.1:" + server.port() + "/mqtt");

      assertTrue(server.nextUpgrade().tls().protocol().startsWith("TLSv1."));
      server.awaitNoConnections();
    }
  }

  @Test
  void rulesHoldOverTlsAndAMessageMaySpanManyRecords(@TempDir Path directory) throws Exception {
    SSLContext tls = SelfSigned.context(SelfSigned.keyStore(directory));
    TestServer.Settings settings = new TestServer.Settings();
    settings.tls = tls;
    try (TestServer server = new TestServer(settings, (connection, facts) -> new Echo(connection));
        RawClient client = RawClient.connect(server.port(), tls).upgrade()) {
      byte[] payload = FramingTest.pattern(TEN_MEBIBYTES);

      client.sendBinary(payload);
      assertArrayEquals(payload, client.expectBinary());
      client.send("81 81 00000000 41");

      client.expectClose(CloseCode.UNSUPPORTED_DATA);
      client.close();
      server.awaitNoConnections();
    }
  }

  private static void talk(OkHttpClient client, String url) throws Exception {
    Heard heard = new Heard();
    Request request =
        new Request.Builder().url(url).header("Sec-WebSocket-Protocol", "mqtt").build();
    WebSocket socket = client.newWebSocket(request, heard);
    assertEquals("mqtt", heard.events.poll(10, TimeUnit.SECONDS));
    for (int length : LENGTHS) {
      ByteString payload = ByteString.of(FramingTest.pattern(length));
      assertTrue(socket.send(payload));
      assertEquals(payload, heard.events.poll(20, TimeUnit.SECONDS), "length " + length);
    }
    socket.close(1000, "done");
    assertEquals("closed 1000 done", heard.events.poll(10, TimeUnit.SECONDS));
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  private static final class Heard extends WebSocketListener {

    final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void onOpen(WebSocket socket, Response response) {
      events.add(String.valueOf(response.header("Sec-WebSocket-Protocol")));
    }

    @Override
    public void onMessage(WebSocket socket, ByteString bytes) {
      events.add(bytes);
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
      events.add("closed " + code + " " + reason);
    }

    @Override
    public void onFailure(WebSocket socket, Throwable cause, Response response) {
      events.add(cause);
    }
  }

  @Test
  void undertowsOwnChannelTalksBothWays() throws Exception {
    BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    try (TestServer server = new TestServer((connection, facts) -> new Echo(connection));
        ByteBufferPool pool = new DefaultByteBufferPool(false, 8192)) {
      WebSocketChannel channel =
          WebSocketClient.connectionBuilder(
                  server.server().worker(),
                  pool,
                  URI.create("ws://127.0.0.1:" + server.port() + "/mqtt"))
              .setClientNegotiation(new WebSocketClientNegotiation(List.of("mqtt"), List.of()))
              .connect()
              .get();
      channel.getReceiveSetter().set(new Receiver(events));
      channel.resumeReceives();

      for (int length : new int[] {1, 125, 126, 65535, 65536, 1024 * 1024}) {
        byte[] payload = FramingTest.pattern(length);
        io.undertow.websockets.core.WebSockets.sendBinary(
            ByteBuffer.wrap(payload.clone()), channel, null);
        Object echo = events.poll(10, TimeUnit.SECONDS);
        assertArrayEquals(payload, (byte[]) echo, "length " + length);
      }
      io.undertow.websockets.core.WebSockets.sendClose(1000, "done", channel, null);

      assertEquals("closed 1000", events.poll(10, TimeUnit.SECONDS));
      server.awaitNoConnections();
    }
  }

  private static final class Receiver extends AbstractReceiveListener {

    private final BlockingQueue<Object> events;

    Receiver(BlockingQueue<Object> events) {
      this.events = events;
    }

    @Override
    protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
      try (var data = message.getData()) {
        ByteBuffer all = ByteBuffer.allocate(2 * 1024 * 1024);
        for (ByteBuffer piece : data.getResource()) {
          all.put(piece);
        }
        byte[] bytes = new byte[all.flip().remaining()];
        all.get(bytes);
        events.add(bytes);
      }
    }

    @Override
    protected void onCloseMessage(CloseMessage close, WebSocketChannel channel) {
      events.add("closed " + close.getCode());
    }
  }
}
