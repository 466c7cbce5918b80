package io.spillway.testing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * One connection of the Chrome DevTools Protocol: commands with their answers, and events. Any
 * thread may call; events arrive on the WebSocket's thread. Lives as long as the browser.
 */
final class DevTools implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Map<Integer, CompletableFuture<JsonObject>> open = new ConcurrentHashMap<>();
  private final Map<String, BiConsumer<String, JsonObject>> listeners = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final WebSocket socket;

  DevTools(URI address) {
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(address, new Incoming())
            .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .join();
  }

  /** Events of one session, by method and parameters. */
  void listen(String sessionId, BiConsumer<String, JsonObject> listener) {
    listeners.put(sessionId, listener);
  }

  /** Sends a command and waits for its answer; {@code sessionId} is null for the browser itself. */
  JsonObject send(String sessionId, String method, JsonObject parameters) {
    int number = numbers.incrementAndGet();
    JsonObject command = new JsonObject();
    command.addProperty("id", number);
    command.addProperty("method", method);
    command.add("params", parameters);
    if (sessionId != null) {
      command.addProperty("sessionId", sessionId);
    }
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    open.put(number, answer);
    synchronized (socket) { // The JDK's WebSocket takes one text at a time.
      socket.sendText(command.toString(), true).join();
    }
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new DevToolsException(method + ": " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new DevToolsException(method + ": no answer in " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevToolsException(method + ": interrupted", e);
    }
  }

  @Override
  public void close() {
    socket.abort();
  }

  private void take(JsonObject message) {
    if (message.has("id")) {
      CompletableFuture<JsonObject> answer = open.remove(message.get("id").getAsInt());
      if (message.has("error")) {
        String words = message.getAsJsonObject("error").get("message").getAsString();
        answer.completeExceptionally(new DevToolsException(words, null));
      } else {
        answer.complete(message.getAsJsonObject("result"));
      }
    } else if (message.has("sessionId")) {
      BiConsumer<String, JsonObject> listener =
          listeners.get(message.get("sessionId").getAsString());
      if (listener != null) {
        listener.accept(message.get("method").getAsString(), message.getAsJsonObject("params"));
      }
    }
  }

  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        JsonObject message = JsonParser.parseString(text.toString()).getAsJsonObject();
        text.setLength(0);
        take(message);
      }
      from.request(1);
      return null;
    }
  }

  /** The browser refused a command, or didn't answer. */
  static final class DevToolsException extends RuntimeException {
    DevToolsException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
