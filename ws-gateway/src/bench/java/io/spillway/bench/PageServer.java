package io.spillway.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Serves the page of {@link Page} and hears from it five times a second what it has received. Its
 * thread writes the figures, any thread reads them.
 */
final class PageServer implements AutoCloseable {
  static final String TOPIC_NAME = "bench/page";

  /** As small a client as can be: what it costs the browser is the WebSocket, not the page. */
  private static final String PAGE =
      """
      <!doctype html><title>bench</title><script>
      const socket = new WebSocket('URL', ['mqtt']);
      socket.binaryType = 'arraybuffer';
      let received = 0, pictures = 0, late = 0, longest = 0, before = 0, kept = new Uint8Array(0);
      const text = value => [value.length >> 8, value.length & 255,
        ...new TextEncoder().encode(value)];
      const send = (type, body) => socket.send(new Uint8Array([type, body.length, ...body]));
      const tell = word => fetch('/' + word + '?' + [received, pictures, late, longest].join());
      socket.onopen = () => send(0x10, [...text('MQTT'), 4, 2, 0, 0, ...text('bench-page')]);
      socket.onmessage = event => {
        let bytes = new Uint8Array(event.data);
        if (kept.length > 0) {
          const joined = new Uint8Array(kept.length + bytes.length);
          joined.set(kept);
          joined.set(bytes, kept.length);
          bytes = joined;
        }
        let at = 0;
        while (at + 2 <= bytes.length) {
          let length = 0, shift = 0, body = at + 1;
          do {
            length |= (bytes[body] & 127) << shift;
            shift += 7;
          } while (bytes[body++] > 127);
          if (body + length > bytes.length) break;
          packet(bytes[at] >> 4);
          at = body + length;
        }
        kept = bytes.slice(at);
      };
      function packet(type) {
        if (type === 3) received++;
        if (type === 2) send(0x82, [0, 1, ...text('TOPIC'), 0]);
        if (type === 9) tell('subscribed');
      }
      function picture(now) {
        if (received > 0 && before > 0) {
          pictures++;
          longest = Math.max(longest, now - before);
          if (now - before > 100) late++;
        }
        before = now;
        requestAnimationFrame(picture);
      }
      requestAnimationFrame(picture);
      setInterval(() => tell('count'), 200);
      </script>
      """;

  private final HttpServer http;
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private volatile double[] figures = new double[4];

  PageServer(Target target) throws IOException {
    String url = "ws://127.0.0.1:" + target.webSocket().getPort() + target.path();
    byte[] page =
        PAGE.replace("URL", url).replace("TOPIC", TOPIC_NAME).getBytes(StandardCharsets.UTF_8);
    http = HttpServer.create(Target.loopback(0), 0);
    http.createContext("/", exchange -> answer(exchange, page));
    http.createContext("/count", this::count);
    http.createContext(
        "/subscribed",
        exchange -> {
          subscribed.countDown();
          count(exchange);
        });
    http.start();
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/";
  }

  void awaitSubscribed(Duration timeout, Process browser) throws InterruptedException {
    if (!subscribed.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      String state = browser.isAlive() ? "runs" : "has ended";
      throw new IllegalStateException("the page hasn't subscribed, and its browser " + state);
    }
  }

  long received() {
    return (long) figures[0];
  }

  double pictures() {
    return figures[1];
  }

  double latePictures() {
    return figures[2];
  }

  double longestMillis() {
    return figures[3];
  }

  private void count(HttpExchange exchange) throws IOException {
    String[] words = exchange.getRequestURI().getQuery().split(",");
    double[] now = new double[figures.length];
    for (int i = 0; i < now.length; i++) {
      now[i] = Double.parseDouble(words[i]);
    }
    // Requests may overtake each other.
    if (now[0] >= figures[0]) {
      figures = now;
    }
    answer(exchange, new byte[0]);
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
