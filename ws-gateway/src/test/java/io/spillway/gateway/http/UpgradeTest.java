package io.spillway.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.gateway.websocket.Echo;
import io.spillway.gateway.websocket.RawClient;
import io.spillway.proxy.AddressBlock;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is checked before a connection becomes a WebSocket, and how a refusal explains itself. */
class UpgradeTest {

  private final TestServer.Settings settings = new TestServer.Settings();
  private TestServer server;

  private TestServer start() {
    server = new TestServer(settings, (connection, facts) -> new Echo(connection));
    return server;
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.awaitNoConnections();
      server.close();
    }
  }

  private static final String GOOD =
      """
      GET /mqtt HTTP/1.1
      Host: localhost:8080
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Protocol: mqtt

      """;

  /** Replaces a piece of a good request. */
  static Stream<Arguments> requests() {
    return Stream.of(
        changed("GET /mqtt", "GET /mqtt", 101, ""),
        changed("GET /mqtt", "GET /mqtt?token=x%20y", 101, ""),
        changed("Upgrade: websocket", "Upgrade: h2c, WebSocket", 101, ""),
        changed("Connection: Upgrade", "Connection: keep-alive, UPGRADE", 101, ""),
        changed("Protocol: mqtt", "Protocol: mqttv3.1", 101, ""),
        changed("Protocol: mqtt", "Protocol: chat, mqtt", 101, ""),
        changed("Protocol: mqtt", "Protocol: chat\nSec-WebSocket-Protocol: mqtt", 101, ""),
        changed("Host:", "Origin: http://localhost:8080\nHost:", 101, ""),
        changed("Host: localhost:8080", "Host: [::1]:99\nOrigin: http://[::1]:99", 101, ""),
        changed("Host: localhost:8080", "Host: 127.0.0.1\nOrigin: https://127.0.0.1", 101, ""),
        changed("Host:", "Sec-WebSocket-Extensions: permessage-deflate\nHost:", 101, ""),
        changed("GET /mqtt", "POST /mqtt", 405, "GET"),
        changed("GET /mqtt", "HEAD /mqtt", 405, ""),
        changed("GET /mqtt", "PUT /mqtt", 405, "GET"),
        changed(
            "GET /mqtt",
            "GET /mqtt/",
            404,
            "no WebSocket at this path (expected: /mqtt; gateway.path)"),
        changed(
            "GET /mqtt",
            "GET /other",
            404,
            "no WebSocket at this path (expected: /mqtt; gateway.path)"),
        changed("Upgrade: websocket\n", "", 426, "WebSocket client"),
        changed("Upgrade: websocket", "Upgrade: h2c", 426, "WebSocket client"),
        changed("HTTP/1.1", "HTTP/1.0", 400, "HTTP/1.1"),
        changed("Connection: Upgrade\n", "", 400, "Connection"),
        changed("Connection: Upgrade", "Connection: close", 400, "Connection"),
        changed("Version: 13", "Version: 8", 426, "13"),
        changed("Sec-WebSocket-Version: 13\n", "", 426, "13"),
        changed("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j", 400, "Key"),
        changed("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=!", 400, "Key"),
        changed("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n", "", 400, "Key"),
        changed("Protocol: mqtt", "Protocol: chat", 400, "none of the subprotocols \"chat\""),
        changed("Protocol: mqtt", "Protocol: MQTT", 400, "none of the subprotocols"),
        changed("Protocol: mqtt", "Protocol: ", 400, "none of the subprotocols"),
        changed("Sec-WebSocket-Protocol: mqtt\n", "", 400, "missing"),
        changed("Host:", "Origin: http://evil.example\nHost:", 403, "gateway.origins"),
        changed("Host:", "Origin: http://localhost:8081\nHost:", 403, "gateway.origins"),
        changed("Host:", "Origin: http://localhost\nHost:", 403, "gateway.origins"),
        changed("Host:", "Origin: null\nHost:", 403, "gateway.origins"),
        changed("Host:", "Origin: http://localhost:8080.evil.example\nHost:", 403, "origins"),
        changed("Host:", "Origin: file://localhost:8080\nHost:", 403, "origins"),
        changed("Host:", "Origin: a://b\nOrigin: http://localhost:8080\nHost:", 400, "Origin"),
        changed("Host: localhost:8080", "Host: evil.example", 403, "gateway.host-names"),
        changed("Host: localhost:8080", "Host: 192.168.1.1:8080", 403, "gateway.host-names"),
        changed("Host:", "Content-Length: 5\nHost:", 413, "no body"),
        changed("Host:", "Transfer-Encoding: chunked\nHost:", 413, "no body"));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void anUpgradeIsCheckedAndARefusalSaysWhy(String request, int status, String words)
      throws Exception {
    start();

    RawHttp answer = RawHttp.ask(server.port(), request);

    answer.expect(status);
    assertTrue(answer.text().contains(words), answer.text());
    if (status != 101) {
      assertEquals("text/plain; charset=utf-8", answer.header("Content-Type"));
      assertTrue(server.upgrades.isEmpty());
    }
    assertFalse(answer.head().contains("evil"), "nothing is reflected in headers");
    assertFalse(answer.head().contains("Access-Control"), answer.head());
    assertFalse(answer.head().contains("permessage"), answer.head());
  }

  @Test
  void theFirstSubprotocolThatIsSpokenIsChosen() throws Exception {
    start();

    RawHttp answer =
        RawHttp.ask(
            server.port(), GOOD.replace("Protocol: mqtt", "Protocol: wamp, mqttv3.1, mqtt"));

    assertEquals("mqttv3.1", answer.expect(101).header("Sec-WebSocket-Protocol"));
    assertEquals("mqttv3.1", server.nextUpgrade().subprotocol());
  }

  @Test
  void aVersionThatIsNotSpokenIsAnsweredWithTheOneThatIs() throws Exception {
    start();

    RawHttp answer = RawHttp.ask(server.port(), GOOD.replace("Version: 13", "Version: 25"));

    assertEquals("13", answer.expect(426).header("Sec-WebSocket-Version"));
    assertEquals("websocket", answer.header("Upgrade"));
  }

  @Test
  void withoutABrokerAnUpgradeIsToldToComeBack() throws Exception {
    start().up = false;

    RawHttp answer = RawHttp.ask(server.port(), GOOD);

    assertNotNull(answer.expect(503).header("Retry-After"));
    assertTrue(answer.text().contains("no broker"), answer.text());
  }

  @Test
  void whileGoingDownAnUpgradeIsRefused() throws Exception {
    start().draining = true;

    RawHttp answer = RawHttp.ask(server.port(), GOOD);

    assertNotNull(answer.expect(503).header("Retry-After"));
    assertTrue(answer.text().contains("going down"), answer.text());
  }

  @Test
  void aRefusedConnectionServesTheNextRequest() throws Exception {
    start();
    try (RawClient client = RawClient.connect(server.port())) {
      RawHttp.ask(client, GOOD.replace("Protocol: mqtt", "Protocol: chat")).expect(400);

      RawHttp.ask(client, GOOD).expect(101);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.org,       https://example.org,  101",
    "https://example.org/,      https://example.org,  101",
    "https://EXAMPLE.org,       https://example.org,  101",
    "https://example.org,       http://example.org,   403",
    "https://example.org,       https://a.example.org,403",
    "https://example.org:444,   https://example.org,  403",
    "null,                      null,                 101",
    "*,                         https://any.example,  101"
  })
  void listedOriginsMayConnect(String listed, String origin, int status) throws Exception {
    settings.origins = List.of(listed);
    start();

    RawHttp.ask(server.port(), GOOD.replace("Host:", "Origin: " + origin + "\nHost:"))
        .expect(status);
  }

  @Test
  void hostNamesThatAreListedAreAcceptedOnLoopback() throws Exception {
    settings.hostNames = List.of("Gateway.example");
    start();

    RawHttp.ask(server.port(), GOOD.replace("Host: localhost:", "Host: gateway.EXAMPLE:"))
        .expect(101);
  }

  @Test
  void aListenerOnEveryAddressTakesAnyHost() throws Exception {
    settings.hosts = List.of("0.0.0.0");
    start();

    RawHttp.ask(server.port(), GOOD.replace("localhost", "gateway.example")).expect(101);
  }

  @Test
  void aWebSocketAtAnotherPathIsToldTheRightOne() throws Exception {
    settings.paths = List.of("/mqtt", "/more");
    start();

    for (String path : List.of("/ws", "/")) {
      String text = RawHttp.ask(server.port(), GOOD.replace("/mqtt", path)).expect(404).text();
      assertEquals(
          "no WebSocket at this path (expected: /mqtt or /more; gateway.path)", text.strip());
    }
    RawHttp.ask(server.port(), "GET / HTTP/1.1\nHost: localhost\n\n").expect(200);
  }

  @Test
  void aPageAndAWebSocketShareTheRoot() throws Exception {
    settings.paths = List.of("/mqtt", "/");
    start();

    RawHttp.ask(server.port(), GOOD).expect(101);
    RawHttp.ask(server.port(), GOOD.replace("/mqtt", "/")).expect(101);
    RawHttp.ask(server.port(), "GET / HTTP/1.1\nHost: localhost\n\n").expect(200);
  }

  @Test
  void theAcceptorLearnsWhoCame() throws Exception {
    start();
    try (RawClient client = RawClient.connect(server.port())) {
      RawHttp.ask(
              client,
              GOOD.replace("/mqtt", "/mqtt?token=secret")
                  .replace("Host:", "User-Agent: test\nAuthorization: Bearer x\nHost:"))
          .expect(101);

      UpgradeFacts facts = server.nextUpgrade();
      assertEquals(client.localPort(), facts.address().getPort());
      assertTrue(facts.address().getAddress().isLoopbackAddress());
      assertEquals(facts.peer(), facts.address());
      assertEquals(server.port(), facts.local().getPort());
      assertEquals(TestServer.LISTENER, facts.listener());
      assertEquals("/mqtt", facts.path());
      assertEquals("localhost:8080", facts.host());
      assertNull(facts.origin());
      assertNull(facts.tls());
      assertEquals(Map.of("user-agent", "test"), facts.headers(), "and no credentials");
      assertFalse(facts.forwarded());
    }
  }

  /** Trusted proxies, headers, the address that must come out (empty: the peer's own). */
  static Stream<Arguments> forwarding() {
    String loopback = "127.0.0.0/8";
    String both = "127.0.0.1 10.0.0.0/8";
    return Stream.of(
        // Nobody is trusted.
        Arguments.of("", "X-Forwarded-For: 1.2.3.4", ""),
        Arguments.of("10.0.0.0/8", "X-Forwarded-For: 1.2.3.4", ""),
        // One proxy, one address, in every form.
        Arguments.of(loopback, "X-Forwarded-For: 1.2.3.4", "1.2.3.4:0"),
        Arguments.of(loopback, "X-Forwarded-For: 1.2.3.4:99", "1.2.3.4:99"),
        Arguments.of(loopback, "X-Forwarded-For: 2001:db8::1", "2001:db8::1:0"),
        Arguments.of(loopback, "X-Forwarded-For: [2001:db8::1]:99", "2001:db8::1:99"),
        Arguments.of(loopback, "Forwarded: for=1.2.3.4;proto=https", "1.2.3.4:0"),
        Arguments.of(loopback, "Forwarded: proto=https;For=\"[2001:db8::1]:99\"", "2001:db8::1:99"),
        Arguments.of(loopback, "Forwarded: for=\"1.2.3.4:5\";by=\"a,b;c\"", "1.2.3.4:5"),
        // Read from the right: what the client made up stands further left.
        Arguments.of(loopback, "X-Forwarded-For: 6.6.6.6, 1.2.3.4", "1.2.3.4:0"),
        Arguments.of(loopback, "X-Forwarded-For: 6.6.6.6\nX-Forwarded-For: 1.2.3.4", "1.2.3.4:0"),
        Arguments.of(loopback, "Forwarded: for=6.6.6.6, for=1.2.3.4", "1.2.3.4:0"),
        // Two proxies.
        Arguments.of(both, "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4:0"),
        Arguments.of(both, "X-Forwarded-For: 10.1.1.1, 10.9.9.9", "10.1.1.1:0"),
        // What is no address ends the reading.
        Arguments.of(loopback, "X-Forwarded-For: unknown", ""),
        Arguments.of(loopback, "X-Forwarded-For: evil.example", ""),
        Arguments.of(loopback, "X-Forwarded-For: ", ""),
        Arguments.of(both, "X-Forwarded-For: 1.2.3.4, unknown, 10.9.9.9", "10.9.9.9:0"),
        Arguments.of(loopback, "Forwarded: for=_hidden", ""),
        Arguments.of(loopback, "Forwarded: proto=https", ""),
        Arguments.of(loopback, "X-Forwarded-For: [1.2.3.4", ""),
        // Both headers: believed only where they agree.
        Arguments.of(loopback, "X-Forwarded-For: 1.2.3.4\nForwarded: for=1.2.3.4", "1.2.3.4:0"),
        Arguments.of(loopback, "X-Forwarded-For: 1.2.3.4\nForwarded: for=6.6.6.6", ""));
  }

  @ParameterizedTest
  @MethodSource("forwarding")
  void onlyTrustedProxiesSayWhoTheClientIs(String trusted, String headers, String expected)
      throws Exception {
    settings.trustedProxies = trusted.isEmpty() ? List.of() : List.of(trusted.split(" "));
    start();

    RawHttp.ask(server.port(), GOOD.replace("Host:", headers + "\nHost:")).expect(101);

    UpgradeFacts facts = server.nextUpgrade();
    assertTrue(facts.forwarded());
    if (expected.isEmpty()) {
      assertEquals(facts.peer(), facts.address());
    } else {
      String address =
          AddressBlock.literal(expected.substring(0, expected.lastIndexOf(':'))).getHostAddress();
      assertEquals(address, facts.address().getAddress().getHostAddress());
      assertEquals(
          Integer.parseInt(expected.substring(expected.lastIndexOf(':') + 1)),
          facts.address().getPort());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,    10.255.0.1,   true",
    "10.0.0.0/8,    11.0.0.1,     false",
    "10.1.2.0/23,   10.1.3.255,   true",
    "10.1.2.0/23,   10.1.4.0,     false",
    "0.0.0.0/0,     9.9.9.9,      true",
    "0.0.0.0/0,     ::1,          false",
    "192.168.1.7,   192.168.1.7,  true",
    "192.168.1.7,   192.168.1.6,  false",
    "fd00::/9,      fd7f::1,      true",
    "fd00::/9,      fd80::1,      false",
    "::1,           ::1,          true"
  })
  void blocksContainTheirAddresses(String block, String address, boolean expected) {
    assertEquals(expected, AddressBlock.parse(block).contains(AddressBlock.literal(address)));
  }

  @Test
  void whatIsNoBlockIsNamed() {
    for (String text :
        List.of("", "a.example", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129")) {
      IllegalArgumentException mistake =
          assertThrows(IllegalArgumentException.class, () -> AddressBlock.parse(text));
      assertTrue(mistake.getMessage().contains("expected"), mistake.getMessage());
    }
  }

  private static Arguments changed(String what, String by, int status, String words) {
    return Arguments.of(GOOD.replace(what, by), status, words);
  }

  @Test
  void aHealthyUpgradeEchoes() throws IOException {
    start();
    try (RawClient client = RawClient.open(server.port())) {
      assertEquals(3, client.sendBinary(new byte[3]).expectBinary().length);
    }
  }
}
