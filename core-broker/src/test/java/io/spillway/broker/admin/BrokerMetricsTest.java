package io.spillway.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Door;
import io.spillway.testing.Exposition;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class BrokerMetricsTest {

  @Test
  void thePageFollowsTheConventionsAndTellsWhatHappened() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      RawClient device = broker.client().connect311("device");
      RawClient browser = broker.client(Door.LINK).connect311("browser");
      browser.subscribe("a/#", 0);
      device.publish("a/b", "hello");
      browser.expectPublish("a/b", "hello");
      RawClient stranger = broker.client();
      stranger.send("C0 00");
      stranger.expectClosed();

      Exposition page = Exposition.of(get(broker, "/metrics").body());

      assertTrue(page.types().size() >= 40, page.types().size() + " families");
      assertEquals(1, page.value("spillway_connections{listener=\"tcp\",version=\"3.1.1\"}"));
      assertEquals(2, page.value("spillway_connections_accepted_total"));
      assertEquals(3, page.value("spillway_connections_opened_total"));
      assertEquals(1, page.value("spillway_connections_refused_total{cause=\"protocol error\"}"));
      assertEquals(2, page.value("spillway_packets_received_total{type=\"connect\"}"));
      assertEquals(1, page.value("spillway_packets_sent_total{type=\"publish\"}"));
      assertEquals(
          12, page.value("spillway_sent_bytes_total{type=\"publish\"}"), "30 0A 00 03 a/b hello");
      assertTrue(page.value("spillway_received_bytes_total{type=\"connect\"}") > 20);
      assertEquals(1, page.value("spillway_deliveries_total"));
      assertEquals(1, page.value("spillway_subscriptions"));
      assertEquals(0, page.value("spillway_deliveries_dropped_total{cause=\"queue full\"}"));
      assertTrue(page.value("spillway_link_frames_received_total") > 2);
      assertTrue(page.value("process_cpu_seconds_total") > 0);
    }
  }

  @Test
  void aListenerOfTheUsersOwnServesAndIsCountedByItsName() throws Exception {
    try (TestBroker broker = TestBroker.start("broker.listeners.more.inside.port = 0")) {
      RawClient client = RawClient.tcp(broker.broker().port("inside")).connect311("inside");
      client.expectNothing();

      Exposition page = Exposition.of(get(broker, "/metrics").body());

      assertEquals(1, page.value("spillway_connections{listener=\"inside\",version=\"3.1.1\"}"));
    }
  }

  @Test
  void whoIsOneTooManyIsCounted() throws Exception {
    try (TestBroker broker = TestBroker.start("broker.listeners.tcp.max-connections = 1")) {
      broker.client().connect311("first");
      broker.client().expectClosed();

      Exposition page = Exposition.of(get(broker, "/metrics").body());

      assertEquals(
          1, page.value("spillway_connections_refused_total{cause=\"listener max connections\"}"));
    }
  }

  @Test
  void thePageIsOnlyRead() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      HttpResponse<String> answer = get(broker, "/metrics");

      assertEquals(
          "text/plain; version=0.0.4; charset=utf-8",
          answer.headers().firstValue("Content-Type").orElse(""));
      HttpRequest post =
          HttpRequest.newBuilder(uri(broker, "/metrics"))
              .POST(HttpRequest.BodyPublishers.ofString("x"))
              .build();
      assertEquals(
          405, HttpClient.newHttpClient().send(post, BodyHandlers.ofString()).statusCode());
    }
  }

  private static HttpResponse<String> get(TestBroker broker, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri(broker, path)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  private static URI uri(TestBroker broker, String path) {
    return URI.create("http://127.0.0.1:" + broker.broker().adminPort() + path);
  }
}
