package io.spillway.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.spillway.testing.Door;
import io.spillway.testing.Exposition;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminApiTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Test
  void clientsAreListedInPagesAndFoundByAnyName() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      broker.client().connect311("a");
      broker
          .client(Door.LINK)
          .connect5("b/+\u00e9 \"x\"")
          .subscribe("one", 0)
          .subscribe("two/#", 1);
      broker.client().connect311("c");

      Config first = json(get(broker, "/clients?limit=2"));
      Config second =
          json(get(broker, "/clients?limit=2&after=" + encoded(first.getString("next"))));
      Config found = json(get(broker, "/clients/" + encoded("b/+\u00e9 \"x\"")));
      Config page =
          json(get(broker, "/clients/" + encoded("b/+\u00e9 \"x\"") + "/subscriptions?limit=1"));

      assertEquals(2, first.getConfigList("clients").size());
      assertEquals("c", second.getConfigList("clients").get(0).getString("clientId"));
      assertTrue(second.getIsNull("next"));
      assertEquals("5.0", found.getString("version"));
      assertEquals(2, found.getInt("subscriptions"));
      assertTrue(found.getBoolean("connected"));
      assertTrue(found.getString("gateway").length() > 0);
      assertEquals(3, found.getInt("packetsReceived"));
      assertEquals("one", page.getConfigList("subscriptions").get(0).getString("filter"));
      assertEquals("one", page.getString("next"));
      assertEquals(404, get(broker, "/clients/nobody").statusCode());
    }
  }

  @Test
  void aClientIsDisconnectedAndKeepsItsSessionUntilThatIsDropped() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      RawClient client = broker.client();
      // CONNECT 5.0, id "keep", clean start, session expiry 100 s.
      client.send("10 16 00 04 4D 51 54 54 05 02 00 3C 05 11 00 00 00 64 00 04 6B 65 65 70");
      client.read();

      assertEquals(200, send(broker, "POST", "/clients/keep/disconnect", "{}").statusCode());
      client.expectDisconnect5(0x98);
      Config away = json(get(broker, "/clients/keep"));
      assertEquals(409, send(broker, "POST", "/clients/keep/disconnect", "{}").statusCode());
      assertEquals(200, send(broker, "DELETE", "/clients/keep", "").statusCode());

      assertEquals(false, away.getBoolean("connected"));
      assertEquals(100, away.getInt("sessionExpiry"));
      assertEquals(404, get(broker, "/clients/keep").statusCode());
    }
  }

  @Test
  void aSessionIsDroppedTogetherWithItsConnection() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      RawClient client = broker.client().connect5("gone");

      assertEquals(200, send(broker, "DELETE", "/clients/gone", "").statusCode());

      client.expectDisconnect5(0x98);
      assertEquals(404, get(broker, "/clients/gone").statusCode());
    }
  }

  @Test
  void messagesArePublishedFoundRetainedAndCleared() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      RawClient client = broker.client().connect311("reader").subscribe("house/#", 0);
      String message = "{\"topic\":\"house/%s\",\"payload\":\"%s\",\"retain\":true}";

      Config answer = json(send(broker, "POST", "/publish", message.formatted("a", "21\\u00b0")));
      client.expectPublish("house/a", "21\u00b0");
      json(send(broker, "POST", "/publish", message.formatted("b", "22")));
      client.expectPublish("house/b", "22");
      Config page = json(get(broker, "/retained?filter=" + encoded("house/+") + "&limit=1"));
      Config one = json(get(broker, "/retained/" + encoded("house/a")));
      Config cleared = json(send(broker, "DELETE", "/retained?filter=" + encoded("house/#"), ""));

      assertTrue(answer.getBoolean("matched"));
      assertEquals("house/a", page.getConfigList("retained").get(0).getString("topic"));
      assertEquals("house/a", page.getString("next"));
      assertEquals("21\u00b0", one.getString("payload"));
      assertEquals(2, cleared.getInt("cleared"));
      client.expectPublish("house/a", "");
      client.expectPublish("house/b", "");
      assertEquals(404, get(broker, "/retained/" + encoded("house/a")).statusCode());
    }
  }

  @Test
  void aBackupIsAStoreToStartFrom(@TempDir Path directory) throws Exception {
    String durable = "broker.store { durability = commit, directory = \"%s\" }";
    Path backup;
    try (TestBroker broker = TestBroker.start(durable.formatted(directory))) {
      String message = "{\"topic\":\"%s\",\"payload\":\"1\",\"retain\":true,\"qos\":1}";
      json(send(broker, "POST", "/publish", message.formatted("before")));
      backup = Path.of(json(send(broker, "POST", "/backup", "{}")).getString("backup"));
      json(send(broker, "POST", "/publish", message.formatted("after")));

      HttpResponse<String> metrics =
          answer(HttpRequest.newBuilder(request(broker, "").build().uri().resolve("/metrics")));
      Exposition page = Exposition.of(metrics.body());
      assertTrue(page.value("spillway_store_commit_seconds_count") >= 2);
      assertEquals(1, page.value("spillway_store_ready"));
    }

    try (TestBroker broker = TestBroker.start(durable.formatted(backup))) {
      assertEquals(200, get(broker, "/retained/before").statusCode());
      assertEquals(404, get(broker, "/retained/after").statusCode());
    }
  }

  @Test
  void whatCantBeReadIsRefusedWithItsReason() throws Exception {
    try (TestBroker broker = TestBroker.start("broker.limits.max-packet-size = 4KiB")) {
      assertRefused(400, send(broker, "POST", "/publish", "[[[["));
      assertRefused(400, send(broker, "POST", "/publish", "{\"topic\":{\"a\":1}}"));
      assertRefused(400, send(broker, "POST", "/publish", "{\"topic\":\"a/#\"}"));
      assertRefused(400, send(broker, "POST", "/publish", "{\"topic\":\"$SYS/broker/version\"}"));
      assertRefused(400, send(broker, "POST", "/publish", "{\"topic\":\"a\",\"qos\":3}"));
      assertRefused(400, send(broker, "POST", "/publish", "{\"topic\":\"a\",\"retain\":1}"));
      assertRefused(400, send(broker, "POST", "/publish", "{\"topic\":\"a\",\"oqs\":1}"));
      String large = "x".repeat(5000);
      assertRefused(
          413, send(broker, "POST", "/publish", "{\"topic\":\"a\",\"payload\":\"" + large + "\"}"));
      assertRefused(413, send(broker, "POST", "/publish", "x".repeat(100_000)));
      assertRefused(400, get(broker, "/clients?limit=0"));
      assertRefused(400, get(broker, "/clients?limti=1"));
      assertRefused(400, send(broker, "DELETE", "/retained", ""));
      assertRefused(404, get(broker, "/nothing"));
    }
  }

  @Test
  void theRootListsWhatThereIs() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      URI root = request(broker, "").build().uri().resolve("/");
      HttpResponse<String> list = answer(HttpRequest.newBuilder(root));
      HttpResponse<String> nothing = answer(HttpRequest.newBuilder(root.resolve("/nothing")));

      assertEquals(200, list.statusCode());
      assertEquals(
          Set.of("/livez", "/readyz", "/metrics", "/api/v1"),
          Set.copyOf(list.body().lines().toList()));
      assertEquals(404, nothing.statusCode());
      assertEquals(list.body(), nothing.body());
      assertEquals(
          "text/plain; charset=utf-8", nothing.headers().firstValue("Content-Type").orElse(""));
    }
  }

  @Test
  void pagesOfBrowsersCantUseIt() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      HttpRequest.Builder form = request(broker, "/publish").header("Content-Type", "text/plain");
      HttpRequest.Builder page = request(broker, "/clients").header("Origin", "http://a.example");

      assertRefused(415, answer(form.POST(BodyPublishers.ofString("{\"topic\":\"a\"}"))));
      assertEquals(403, answer(page.GET()).statusCode());
      // A name that somebody's DNS has made to point here.
      RawHttp http = new RawHttp(broker.broker().adminPort());
      assertTrue(http.get("/api/v1/clients", "rebound.example:9883").startsWith("HTTP/1.1 403 "));
      assertTrue(http.get("/api/v1/clients", "localhost:9883").startsWith("HTTP/1.1 200 "));
    }
  }

  @Test
  void theTokenIsAskedForWhereThereIsOne() throws Exception {
    try (TestBroker broker = TestBroker.start("broker.admin.token = \"s3cret\"")) {
      HttpRequest.Builder good =
          request(broker, "/clients").header("Authorization", "Bearer s3cret");
      HttpRequest.Builder bad = request(broker, "/clients").header("Authorization", "Bearer s3cre");

      assertRefused(401, get(broker, "/clients"));
      assertRefused(401, answer(bad.GET()));
      assertEquals(200, answer(good.GET()).statusCode());
    }
  }

  @Test
  void withoutATokenItIsOffBeyondLoopback() throws Exception {
    try (TestBroker broker = TestBroker.start("broker.admin.host = \"0.0.0.0\"")) {
      HttpResponse<String> refused = get(broker, "/clients");

      assertRefused(403, refused);
      assertTrue(refused.body().contains("broker.admin.token"), refused.body());
    }
  }

  private static void assertRefused(int status, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(json(answer.body()).getString("error").length() > 5);
  }

  private static Config json(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
    return json(answer.body());
  }

  private static Config json(String text) {
    return ConfigFactory.parseString(text);
  }

  private static String encoded(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8)
        .replace("+", "%20");
  }

  private static HttpRequest.Builder request(TestBroker broker, String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + broker.broker().adminPort() + "/api/v1" + path));
  }

  private static HttpResponse<String> get(TestBroker broker, String path) throws Exception {
    return answer(request(broker, path));
  }

  private static HttpResponse<String> send(
      TestBroker broker, String method, String path, String body) throws Exception {
    return answer(
        request(broker, path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> answer(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }
}
