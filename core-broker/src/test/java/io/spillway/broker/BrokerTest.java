package io.spillway.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.listen.LinkDialer;
import io.spillway.link.CloseReason;
import io.spillway.process.StartFailure;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Start, stop and what is seen from outside. */
class BrokerTest {

  @Test
  void aPortInUseIsNamedWithItsKey() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      for (String key : new String[] {"broker.listeners.tcp", "broker.link", "broker.admin"}) {
        String setting = key + ".port = " + taken.getLocalPort();

        StartFailure failure =
            assertThrows(StartFailure.class, () -> TestBroker.start(setting).close());

        assertEquals(
            key
                + ": cannot listen on 127.0.0.1:"
                + taken.getLocalPort()
                + ": the port is in use by another process",
            failure.getMessage());
      }
    }
  }

  @Test
  void aStopTellsClientsAndGateways() throws Exception {
    TestBroker broker = TestBroker.start();
    LinkDialer link = new LinkDialer(broker.broker().linkPort(), null).awaitReady();
    LinkDialer.StreamWire stream = link.open("127.0.0.1", 1);
    try (RawClient client5 = broker.client().connect5("five");
        RawClient client3 = broker.client().connect311("three");
        RawClient browser = new RawClient(stream).connect5("browser")) {
      Thread stop = new Thread(broker::close);
      stop.start();

      client5.expectDisconnect5(0x8B);
      client3.expectClosed();
      browser.expectDisconnect5(0x8B);
      assertEquals(CloseReason.SERVER_SHUTTING_DOWN, stream.awaitCloseReason());
      assertTrue(link.awaitClosed().startsWith("SHUTDOWN"), link.awaitClosed());
      stop.join();
    } finally {
      link.close();
    }
  }

  @Test
  void aStopDoesntWaitForClientsThatDontListen() {
    TestBroker broker = TestBroker.start();
    try (RawClient client = broker.client().connect311("deaf")) {
      client.expectNothing();
      long start = System.nanoTime();

      broker.close();

      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis < 5_000, "the stop took " + millis + " ms");
    }
  }

  @Test
  void healthIsForMonitoringAndNotForPages() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      assertEquals("200 alive\n", get(broker, "/livez"));
      assertEquals("200 ready\n", get(broker, "/readyz"));
      assertEquals(
          "403 Requests from web pages are refused.\n",
          get(broker, "/livez", "Origin", "http://evil.example"));
    }
  }

  @Test
  void nioServesWhereThereIsNoEpoll() {
    try (TestBroker broker = TestBroker.start("broker.transport = nio");
        RawClient client = broker.client().connect311("nio").subscribe("a", 0)) {
      client.publish("a", "b").expectPublish("a", "b");
    }
  }

  @Test
  void aConnectionBeyondTheLimitIsClosedAndTheKeyLogged() {
    try (TestBroker broker = TestBroker.start("broker.listeners.tcp.max-connections = 1");
        RawClient first = broker.client().connect311("first");
        RawClient second = broker.client()) {
      second.expectClosed();
      first.expectNothing();

      broker.awaitLog("refused: over 1 connections (broker.listeners.tcp.max-connections).");
    }
  }

  @Test
  void aGatewayWithAWrongSecretIsRefusedWithTheKeys() {
    try (TestBroker broker = TestBroker.start("broker.link.secret = right");
        LinkDialer right = new LinkDialer(broker.broker().linkPort(), "right");
        LinkDialer wrong = new LinkDialer(broker.broker().linkPort(), "wrong");
        LinkDialer none = new LinkDialer(broker.broker().linkPort(), null)) {
      right.awaitReady();
      wrong.awaitClosed();
      none.awaitClosed();

      broker.awaitLog("(broker.link.secret and gateway.upstream.secret must be the same).");
    }
  }

  private static String get(TestBroker broker, String path, String... headers) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + broker.broker().adminPort() + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }
}
