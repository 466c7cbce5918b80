package io.spillway.gateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.spillway.gateway.websocket.Echo;
import io.spillway.gateway.websocket.RawClient;
import io.spillway.gateway.websocket.WebSocketSettings;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard, the user's own pages, health, and requests that lead nowhere. */
class PagesTest {

  /** A line that is nothing but a comment, or a part of one. */
  private static final Pattern COMMENT =
      Pattern.compile("//.*|/\\*(?!!)((?!\\*/).)*(\\*/)?|\\*( .*|/)?");

  private static final Pattern IMPORT = Pattern.compile("(?:from |import\\()'([^']+\\.js)'");

  private final TestServer.Settings settings = new TestServer.Settings();
  @TempDir private Path directory;
  private Path pages;
  private TestServer server;

  @BeforeEach
  void write() throws Exception {
    pages = Files.createDirectory(directory.resolve("pages"));
    Files.writeString(directory.resolve("secret.txt"), "outside");
    Files.writeString(pages.resolve("my page.html"), "<h1>mine</h1>");
    Files.writeString(pages.resolve(".env"), "hidden");
    Files.createDirectory(pages.resolve(".git"));
    Files.writeString(pages.resolve(".git/config"), "hidden");
    Files.createDirectory(pages.resolve("sub"));
    Files.writeString(pages.resolve("sub/index.html"), "sub index");
    Files.createDirectory(pages.resolve("empty"));
    Files.createSymbolicLink(pages.resolve("out.txt"), directory.resolve("secret.txt"));
    Files.createSymbolicLink(pages.resolve("outside"), directory);
    Files.createSymbolicLink(pages.resolve("in.html"), pages.resolve("sub/index.html"));
    Files.createSymbolicLink(pages.resolve("env.txt"), pages.resolve(".env"));
  }

  private int start() {
    server = new TestServer(settings, (connection, facts) -> new Echo(connection));
    return server.port();
  }

  private int startWithOwnPages() {
    settings.staticDirectory = pages;
    return start();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theDashboardComesWithItsSecurityHeaders() throws Exception {
    RawHttp answer = RawHttp.get(start(), "/").expect(200);

    assertTrue(answer.text().contains("<!doctype html>") || answer.text().contains("<!DOCTYPE"));
    assertEquals("text/html; charset=utf-8", answer.header("Content-Type"));
    assertEquals(
        "default-src 'self'; connect-src 'self'; img-src 'self' data:; object-src 'none'; "
            + "base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        answer.header("Content-Security-Policy"));
    assertEquals("nosniff", answer.header("X-Content-Type-Options"));
    assertEquals("no-referrer", answer.header("Referrer-Policy"));
    assertNull(answer.header("Set-Cookie"));
    assertNull(answer.header("Access-Control-Allow-Origin"));
  }

  @Test
  void whatABrowserMayOpenOrStartByItselfHasThePoliciesAndWhatTheseLoadHasNone() throws Exception {
    int port = start();

    for (String path : List.of("/index.html", "/favicon.svg", "/worker/worker.js")) {
      assertTrue(RawHttp.get(port, path).expect(200).header("Content-Security-Policy") != null);
      assertEquals("no-referrer", RawHttp.get(port, path).header("Referrer-Policy"));
    }
    for (String path : List.of("/style.css", "/page/app.js", "/worker/model.js")) {
      assertNull(RawHttp.get(port, path).expect(200).header("Content-Security-Policy"));
      assertEquals("nosniff", RawHttp.get(port, path).header("X-Content-Type-Options"));
    }
  }

  @Test
  void theDashboardsScriptsAndStyleComeWithoutTheirCommentsAndWithAllElseInItsLine()
      throws Exception {
    int port = start();
    int comments = 0;

    for (String path : programs(port)) {
      List<String> served = RawHttp.get(port, path).expect(200).text().lines().toList();
      List<String> written = source(path).lines().toList();
      assertEquals(written.size(), served.size(), path);
      for (int i = 0; i < written.size(); i++) {
        String line = written.get(i).strip();
        String where = path + ":" + (i + 1) + ": " + line;
        assertEquals(0, line.chars().filter(c -> c == '`').count() % 2, where);
        if (!served.get(i).equals(line)) {
          assertEquals("", served.get(i), where);
          assertTrue(COMMENT.matcher(line).matches(), where);
          comments++;
        }
      }
    }

    assertTrue(comments > 200, "only " + comments + " lines of comments in the dashboard?");
    assertTrue(RawHttp.get(port, "/uplot/uPlot.iife.min.js").text().startsWith("/*! "));
  }

  /** The dashboard's style, its first scripts and all that these name. */
  private static Set<String> programs(int port) throws Exception {
    Set<String> found =
        new TreeSet<>(Set.of("/style.css", "/theme.js", "/page/app.js", "/worker/worker.js"));
    Deque<String> unread = new ArrayDeque<>(found);
    while (!unread.isEmpty()) {
      String path = unread.remove();
      Matcher name = IMPORT.matcher(RawHttp.get(port, path).expect(200).text());
      while (name.find()) {
        String other = URI.create(path).resolve(name.group(1)).getPath();
        if (found.add(other)) {
          unread.add(other);
        }
      }
    }
    return found;
  }

  private static String source(String path) throws Exception {
    try (InputStream in = PagesTest.class.getResourceAsStream("/io/spillway/dashboard" + path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void thePageMayConnectWhereTheConfigurationSays() throws Exception {
    settings.connectSources = List.of("wss://broker.example");

    RawHttp answer = RawHttp.get(start(), "/").expect(200);

    assertTrue(
        answer
            .header("Content-Security-Policy")
            .contains("connect-src 'self' wss://broker.example;"));
  }

  @Test
  void aPageThatTheBrowserHasIsNotSentAgain() throws Exception {
    int port = start();
    String tag = RawHttp.get(port, "/").header("ETag");

    RawHttp.get(port, "/", "If-None-Match: " + tag).expect(304);
    RawHttp.get(port, "/", "If-None-Match: \"other\", W/" + tag).expect(304);
    RawHttp.get(port, "/", "If-None-Match: \"other\"").expect(200);
    assertEquals("no-cache", RawHttp.get(port, "/").header("Cache-Control"));
  }

  @Test
  void textIsCompressedForWhoeverTakesIt() throws Exception {
    int port = start();
    RawHttp plain = RawHttp.get(port, "/").expect(200);

    RawHttp zipped = RawHttp.get(port, "/", "Accept-Encoding: br, gzip;q=0.8").expect(200);

    assertEquals("gzip", zipped.header("Content-Encoding"));
    assertEquals("Accept-Encoding", zipped.header("Vary"));
    assertNotEquals(plain.header("ETag"), zipped.header("ETag"));
    assertTrue(zipped.body().length < plain.body().length);
    assertArrayEquals(
        plain.body(), new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes());
    assertNull(RawHttp.get(port, "/", "Accept-Encoding: gzip;q=0").header("Content-Encoding"));
  }

  @Test
  void headAnswersWithoutABody() throws Exception {
    int port = start();
    try (RawClient client = RawClient.connect(port)) {
      RawHttp head = RawHttp.ask(client, "HEAD / HTTP/1.1\nHost: localhost\n\n").expect(200);
      RawHttp get = RawHttp.ask(client, "GET / HTTP/1.1\nHost: localhost\n\n").expect(200);

      assertEquals(get.header("Content-Length"), head.header("Content-Length"));
      assertEquals(get.header("ETag"), head.header("ETag"));
    }
  }

  @Test
  void withoutTheDashboardThereIsNothingAtTheRoot() throws Exception {
    settings.dashboard = false;

    RawHttp.get(start(), "/").expect(404);
  }

  @Test
  void ownPagesStandBesideTheDashboard() throws Exception {
    int port = startWithOwnPages();

    assertEquals("<h1>mine</h1>", RawHttp.get(port, "/my%20page.html").expect(200).text());
    assertEquals("sub index", RawHttp.get(port, "/sub/").expect(200).text());
    assertEquals("sub index", RawHttp.get(port, "/sub/index.html").expect(200).text());
    assertEquals("./sub/", RawHttp.get(port, "/sub").expect(302).header("Location"));
    assertTrue(RawHttp.get(port, "/").expect(200).header("Content-Security-Policy") != null);
    assertEquals("nosniff", RawHttp.get(port, "/my%20page.html").header("X-Content-Type-Options"));
    RawHttp.get(port, "/empty/").expect(404);
    RawHttp.get(port, "/none.html").expect(404);
  }

  @Test
  void anOwnIndexReplacesTheDashboard() throws Exception {
    Files.writeString(pages.resolve("index.html"), "my own");

    assertEquals("my own", RawHttp.get(startWithOwnPages(), "/").expect(200).text());
  }

  @Test
  void anOwnPageThatChangesIsSentAgain() throws Exception {
    int port = startWithOwnPages();
    String tag = RawHttp.get(port, "/my%20page.html").header("ETag");
    RawHttp.get(port, "/my%20page.html", "If-None-Match: " + tag).expect(304);

    Files.writeString(pages.resolve("my page.html"), "<h1>new</h1>");

    assertEquals(
        "<h1>new</h1>",
        RawHttp.get(port, "/my%20page.html", "If-None-Match: " + tag).expect(200).text());
  }

  @Test
  void aLargeFileIsStreamed() throws Exception {
    byte[] bytes = new byte[5 * 1024 * 1024];
    new Random(1).nextBytes(bytes);
    Files.write(pages.resolve("large.bin"), bytes);
    int port = startWithOwnPages();

    RawHttp answer = RawHttp.get(port, "/large.bin").expect(200);

    assertArrayEquals(bytes, answer.body());
    RawHttp.get(port, "/large.bin", "If-None-Match: " + answer.header("ETag")).expect(304);
  }

  @Test
  void aClientThatDoesNotTakeALargeFileIsCut() throws Exception {
    Files.write(pages.resolve("large.bin"), new byte[64 * 1024 * 1024]);
    settings.idleTimeout = Duration.ofMillis(300);
    int port = startWithOwnPages();
    try (RawClient client = RawClient.connect(port)) {
      client.sendText("GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
      client.readHead();

      // Reading nothing, we notice the end by writing: unread bytes turn a close into a reset.
      assertThrows(
          SocketException.class,
          () -> {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (System.nanoTime() < deadline) {
              client.sendText("x");
              TimeUnit.MILLISECONDS.sleep(10);
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/%252e%252e/secret.txt",
        "/sub/..;/..;/secret.txt",
        "//../secret.txt",
        "/out.txt",
        "/outside/secret.txt",
        "/.env",
        "/%2eenv",
        "/env.txt",
        "/.git/config",
        "/sub/./../.env",
        "/secret.txt%00.html",
        "/my page.html/"
      })
  void nothingOutsideTheDirectoryAndNothingHiddenIsServed(String path) throws Exception {
    int port = startWithOwnPages();

    RawHttp answer = RawHttp.get(port, path);

    assertTrue(answer.status() == 404 || answer.status() == 400, answer.head());
    assertFalse(answer.text().contains("outside"));
    assertFalse(answer.text().contains("hidden"));
  }

  @Test
  void linksWithinTheDirectoryAreFollowed() throws Exception {
    assertEquals("sub index", RawHttp.get(startWithOwnPages(), "/in.html").expect(200).text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/../http/HttpServer.class", "/sub/", "/..", "/.", "//", "/index.html/", "/%2e"})
  void theDashboardServesPlainNamesOnly(String path) throws Exception {
    int status = RawHttp.get(start(), path).status();

    assertTrue(status == 404 || status == 400, path + " " + status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"})
  void nothingCanBeWritten(String method) throws Exception {
    RawHttp answer =
        RawHttp.ask(start(), method + " / HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n");

    assertEquals("GET, HEAD", answer.expect(405).header("Allow"));
  }

  @Test
  void aRequestBodyIsNotRead() throws Exception {
    int port = start();
    try (RawClient client = RawClient.connect(port)) {
      RawHttp answer =
          RawHttp.ask(client, "GET / HTTP/1.1\nHost: localhost\nContent-Length: 1000000000\n\n");

      answer.expect(413);
      client.expectEnd();
    }
  }

  @Test
  void aHeadThatIsTooLargeIsRefused() throws Exception {
    RawHttp answer = RawHttp.get(start(), "/", "X: " + "x".repeat(17 * 1024));

    answer.expect(400);
    assertTrue(answer.text().contains("gateway.http.max-header-size"), answer.text());
  }

  @Test
  void tooManyHeadersAreRefused() throws Exception {
    String[] headers = new String[70];
    for (int i = 0; i < headers.length; i++) {
      headers[i] = "X-" + i + ": 1";
    }

    RawHttp answer = RawHttp.get(start(), "/", headers).expect(400);
    assertTrue(answer.text().contains("gateway.http.max-headers"), answer.text());
  }

  @Test
  void whatIsNoRequestIsToldSo() throws Exception {
    RawHttp answer = RawHttp.ask(start(), "GET / HTTP/1.1\nHost: localhost\nno colon\n\n");

    answer.expect(400);
    assertTrue(answer.text().contains("can't be read"), answer.text());
  }

  @Test
  void aRequestThatDoesNotEndIsCutAfterTheRequestTimeout() throws Exception {
    settings.requestTimeout = Duration.ofMillis(200);
    try (RawClient client = RawClient.connect(start())) {
      client.sendText("GET / HTTP/1.1\r\nHost: loc");

      client.expectEnd();
    }
  }

  @Test
  void aConnectionThatSaysNothingIsCutAfterTheIdleTimeout() throws Exception {
    settings.idleTimeout = Duration.ofMillis(200);
    try (RawClient client = RawClient.connect(start())) {
      client.expectEnd();
    }
  }

  @Test
  void aWebSocketIsNotCutByTheTimeoutsOfHttp() throws Exception {
    settings.idleTimeout = Duration.ofMillis(50);
    settings.requestTimeout = Duration.ofMillis(50);
    settings.webSocket = new WebSocketSettings(Duration.ofMillis(100), Duration.ofSeconds(1));
    try (RawClient client = RawClient.open(start())) {
      // Answering nothing but pings, long after both timeouts.
      for (int i = 0; i < 5; i++) {
        assertEquals(0, client.readFrame().payload().length);
        client.send(RawClient.frame(0x8A, new byte[0]));
      }

      assertEquals(1, client.sendBinary(new byte[1]).expectBinary().length);
    }
    server.awaitNoConnections();
  }

  @Test
  void healthIsToldOnThePublicAndTheAdminListeners() throws Exception {
    start();
    int admin = server.server().addresses(TestServer.ADMIN).get(0).getPort();
    for (int port : new int[] {server.port(), admin}) {
      server.ready = true;
      RawHttp.get(port, "/livez").expect(200);
      RawHttp.get(port, "/readyz").expect(200);
      server.ready = false;
      RawHttp.get(port, "/livez").expect(200);
      assertTrue(RawHttp.get(port, "/readyz").expect(503).text().contains("no broker"));
    }
  }

  @Test
  void theAdminListenerServesItsOwnPagesAndNothingElse() throws Exception {
    TestServer.Settings free = new TestServer.Settings();
    HttpServer http =
        new HttpServer(free.build(), new Refusing(), () -> true, PooledByteBufAllocator.DEFAULT);
    http.adminPage("/metrics", "text/plain; version=0.0.4", () -> "up 1\n");
    http.start();
    try {
      int port = http.addresses(TestServer.ADMIN).get(0).getPort();

      RawHttp metrics = RawHttp.get(port, "/metrics").expect(200);
      assertEquals("up 1\n", metrics.text());
      assertEquals("text/plain; version=0.0.4", metrics.header("Content-Type"));
      RawHttp.get(port, "/").expect(404);
      RawHttp.get(port, "/mqtt").expect(404);
      RawHttp.get(port, "/api/v1/clients").expect(404);
      RawHttp.get(port, "/metrics", "Origin: http://localhost").expect(403);
      RawHttp.get(http.addresses(TestServer.LISTENER).get(0).getPort(), "/metrics").expect(404);
    } finally {
      http.stop();
    }
  }

  @Test
  void everyHostOfAListenerHasTheSamePort() throws Exception {
    settings.hosts = List.of("127.0.0.1", "127.0.0.2");
    int port = start();

    assertEquals(2, server.server().addresses(TestServer.LISTENER).size());
    assertEquals(port, server.server().addresses(TestServer.LISTENER).get(1).getPort());
  }

  @Test
  void aPortInUseIsNamedWithItsKey() throws Exception {
    int port = start();
    TestServer.Settings same = new TestServer.Settings();
    same.port = port;
    HttpServer other =
        new HttpServer(same.build(), new Refusing(), () -> true, PooledByteBufAllocator.DEFAULT);

    BindFailure failure = assertThrows(BindFailure.class, other::start);
    other.stop();

    assertTrue(failure.getMessage().contains("gateway.listeners.http.port"), failure.getMessage());
    assertTrue(failure.getMessage().contains(String.valueOf(port)), failure.getMessage());
  }

  private static final class Refusing implements BrowserAcceptor {

    @Override
    public boolean isUp() {
      return false;
    }

    @Override
    public boolean isDraining() {
      return false;
    }

    @Override
    public io.spillway.gateway.websocket.WebSocketListener accept(
        io.spillway.gateway.websocket.WebSocketConnection connection, UpgradeFacts facts) {
      throw new IllegalStateException("never up");
    }
  }
}
