package io.spillway.system;

import io.spillway.testing.Wire;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.junit.jupiter.api.Assertions;

/**
 * A WebSocket by OkHttp as a wire: each write is a message of its own, and messages that come are
 * read one after the other as bytes. Used by one thread; OkHttp's feeds it.
 */
final class WebSocketWire implements Wire {
  private static final ByteString END = ByteString.EMPTY;

  private static final int SOCKETS_MAX = 1000;

  private static final OkHttpClient CLIENT = client();

  private final BlockingQueue<ByteString> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> upgraded = new CompletableFuture<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final AtomicInteger messagesReceived = new AtomicInteger();
  private volatile long endedAt;
  private final WebSocket socket;
  private ByteString current = ByteString.EMPTY;
  private int at;

  private static OkHttpClient client() {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(SOCKETS_MAX);
    dispatcher.setMaxRequestsPerHost(SOCKETS_MAX);
    return new OkHttpClient.Builder()
        .dispatcher(dispatcher)
        .readTimeout(Duration.ofSeconds(10))
        .writeTimeout(Duration.ofSeconds(10))
        .build();
  }

  private WebSocketWire(String url, String subprotocol) {
    Request.Builder request = new Request.Builder().url(url);
    if (subprotocol != null) {
      request.header("Sec-WebSocket-Protocol", subprotocol);
    }
    socket = CLIENT.newWebSocket(request.build(), new Events());
  }

  /** Connected to the path of a port of this machine. */
  static WebSocketWire connect(int port, String path) {
    WebSocketWire wire = request(port, path);
    Assertions.assertEquals(101, wire.status(), "the upgrade's status");
    return wire;
  }

  /** An upgrade asked for, whatever the answer. */
  static WebSocketWire request(int port, String path) {
    return new WebSocketWire("http://localhost:" + port + path, "mqtt");
  }

  /** The status of an attempt to connect. */
  static int attempt(int port, String path) {
    WebSocketWire wire = request(port, path);
    int status = wire.status();
    wire.close();
    return status;
  }

  /** The status of the upgrade's answer. */
  int status() {
    return upgraded.orTimeout(10, TimeUnit.SECONDS).join();
  }

  void writeText(String text) {
    socket.send(text);
  }

  /** What the server's close frame said, such as {@code 1003 text}; or the failure's class. */
  String end() {
    return ended.orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** When that was, by {@link System#nanoTime}. */
  long endedAt() {
    return endedAt;
  }

  int messagesReceived() {
    return messagesReceived.get();
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    if (!socket.send(ByteString.of(bytes))) {
      throw new IOException("the WebSocket is closed");
    }
  }

  @Override
  public int read(Duration patience) throws IOException {
    while (at == current.size()) {
      ByteString next = next(patience);
      if (next == END) {
        messages.add(END);
        return -1;
      }
      current = next;
      at = 0;
    }
    return current.getByte(at++) & 0xFF;
  }

  private ByteString next(Duration patience) throws SocketTimeoutException {
    try {
      ByteString next = messages.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new SocketTimeoutException("no message in time");
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    socket.close(1000, "bye");
  }

  /** Cuts the connection without a close frame. */
  void cut() {
    socket.cancel();
  }

  private final class Events extends WebSocketListener {
    @Override
    public void onOpen(WebSocket webSocket, Response response) {
      upgraded.complete(response.code());
    }

    @Override
    public void onMessage(WebSocket webSocket, ByteString bytes) {
      messagesReceived.incrementAndGet();
      messages.add(bytes);
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
      webSocket.close(1000, null);
      over(code + " " + reason);
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
      upgraded.complete(response == null ? -1 : response.code());
      over(failure.getClass().getSimpleName());
    }

    private void over(String how) {
      messages.add(END);
      endedAt = System.nanoTime();
      ended.complete(how);
    }
  }
}
