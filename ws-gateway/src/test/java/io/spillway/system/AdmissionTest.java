package io.spillway.system;

import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.publish5;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.RawClient;
import io.spillway.testing.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may open a WebSocket, how many, and as whom: the same limits as over TCP, seen earlier. */
class AdmissionTest {
  private static final String JWT =
      "broker.auth.jwt { clock-skew = 0s, secret = \"" + Tokens.SECRET + "\" }";

  @TempDir Path directory;

  @Test
  void anAddressHasOnlySoManyWebSockets() {
    try (TestSystem system =
            TestSystem.start(
                "gateway.limits.per-address { loopback = true, max-connections = 2 }");
        RawClient first = system.browser().connect311("first");
        RawClient second = system.browser().connect311("second")) {
      String answer = upgrade(system, "/mqtt");
      assertTrue(answer.startsWith("HTTP/1.1 429 "), answer);
      assertTrue(answer.contains("Retry-After: 10\r\n"), answer);
      assertTrue(answer.contains("over 2 connections from this address"), answer);
      system.awaitLog("(gateway.limits.per-address.max-connections)");
      second.expectNothing();

      first.close();
      TestSystem.await(
          "room for another", () -> WebSocketWire.attempt(system.httpPort(), "/mqtt") == 101);
    }
  }

  @Test
  void anAddressMayOpenWebSocketsOnlySoOften() {
    try (TestSystem system =
        TestSystem.start("gateway.limits.per-address { loopback = true, connect-rate = 1 }")) {
      for (int i = 0; i < 10; i++) {
        system.browser().connect311("c" + i).close();
      }
      String answer = "";
      // More than come free meanwhile, however slow the machine is.
      for (int i = 0; i < 200 && !answer.contains(" 429 "); i++) {
        answer = upgrade(system, "/mqtt");
      }
      assertTrue(answer.contains("connections per second from this address"), answer);
    }
  }

  @Test
  void allWebSocketsTogetherAreLimited() {
    try (TestSystem system = TestSystem.start("gateway.limits.max-connections = 1");
        RawClient first = system.browser().connect311("first")) {
      String answer = upgrade(system, "/mqtt");
      assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
      assertTrue(answer.contains("(gateway.limits.max-connections)"), answer);
      first.expectNothing();
    }
  }

  @Test
  void aFurtherListenerServesAndHasABoundOfItsOwn() {
    try (TestSystem system =
        TestSystem.start("gateway.listeners.more.inside { port = 0, max-connections = 1 }")) {
      int port =
          system.process().gateway().addresses("gateway.listeners.more.inside").get(0).getPort();
      RawClient inside = new RawClient(WebSocketWire.connect(port, "/mqtt")).connect311("inside");

      assertEquals(503, WebSocketWire.attempt(port, "/mqtt"));
      system.awaitLog("(gateway.listeners.more.inside.max-connections)");
      system.browser().connect311("outside").expectNothing();
      inside.expectNothing();
    }
  }

  @Test
  void theCoresLimitPerAddressCountsForBrowsersToo() {
    try (TestSystem system =
            TestSystem.start("broker.limits.per-address { loopback = true, max-connections = 2 }");
        RawClient device = system.device().connect311("device");
        RawClient browser = system.browser().connect311("browser")) {
      WebSocketWire third = system.webSocket();
      assertTrue(third.end().startsWith("1013 over 2 connections from this address"), third.end());
      browser.expectNothing();
      device.expectNothing();
    }
  }

  @Test
  void aBrowserThatPublishesTooFastIsReadMoreSlowlyAndNobodyElse() {
    try (TestSystem system = TestSystem.start("broker.limits.publish-rate = 40");
        RawClient fast = system.browser().connect311("fast");
        RawClient other = system.browser().connect311("other")) {
      long begun = System.nanoTime();
      for (int i = 1; i <= 80; i++) { // The first forty at once, the rest within a second.
        fast.send(packet(0x32, "t", u16(i), utf8("x")));
      }
      other.expectNothing();
      for (int i = 1; i <= 80; i++) {
        fast.expect(packet(0x40, u16(i)));
      }
      assertTrue(System.nanoTime() - begun > 800_000_000L, "as slowly as its limit says");
    }
  }

  @Test
  void whoeverGuessesPasswordsIsRefusedAtTheUpgrade() throws Exception {
    Path file = Files.writeString(directory.resolve("p"), "ann:$6$AAAA$" + "A".repeat(86) + "==\n");
    try (TestSystem system =
        TestSystem.start(
            "broker.auth.password-file = \"" + file + "\"",
            "gateway.limits.per-address { loopback = true, failed-logins = 2 }")) {
      for (int i = 0; i < 2; i++) {
        RawClient guess = system.browser();
        guess.send(connect311("c", 0xC2, 60, "ann", u16(1), utf8("x")));
        guess.expect("20 02 00 04").expectClosed();
      }
      String answer = upgrade(system, "/mqtt");
      assertTrue(answer.startsWith("HTTP/1.1 429 "), answer);
      assertTrue(answer.contains("Retry-After: 60\r\n"), answer);
      assertTrue(answer.contains("2 log-ins from this address have failed"), answer);
    }
  }

  @Test
  void aTokenInTheUpgradeIsTheUser() {
    String token = Tokens.token("ann", 60, ",\"acl\":{\"all\":[\"mine/%u\"]}");
    try (TestSystem system = TestSystem.start(JWT);
        RawClient browser =
            new RawClient(WebSocketWire.connect(system.httpPort(), "/mqtt?token=" + token))) {
      browser.connect5("c").subscribe("mine/ann", 0).send(publish5("mine/bob", "no"));
      browser.publish("mine/ann", "yes").expectPublish("mine/ann", "yes");

      system.awaitLog("as c (p5, c1, k60, u'ann').");
      assertFalse(system.log().stream().anyMatch(line -> line.contains(token)), "never logged");
    }
  }

  @Test
  void aTokenMayComeInAHeaderOrACookie() {
    String token = Tokens.token("ann", 60, "");
    try (TestSystem system = TestSystem.start(JWT, "gateway.auth.required = true")) {
      assertTrue(upgrade(system, "/mqtt", "Authorization: Bearer " + token).contains(" 101 "));
      assertTrue(upgrade(system, "/mqtt", "Cookie: a=b; token=" + token).contains(" 101 "));

      String none = upgrade(system, "/mqtt");
      assertTrue(none.startsWith("HTTP/1.1 401 "), none);
      assertTrue(none.contains("a token is needed (gateway.auth.required)"), none);
      assertTrue(none.contains("WWW-Authenticate: Bearer\r\n"), none);
      String expired =
          upgrade(system, "/mqtt", "Authorization: Bearer " + Tokens.token("ann", -60, ""));
      assertTrue(expired.startsWith("HTTP/1.1 401 "), expired);
      assertTrue(expired.contains("the token has expired at"), expired);
    }
  }

  @Test
  void theBrowsersConnectionEndsWithItsToken() {
    try (TestSystem system = TestSystem.start(JWT)) {
      String token = Tokens.token("ann", 6, "");
      WebSocketWire wire = WebSocketWire.connect(system.httpPort(), "/mqtt?token=" + token);
      RawClient browser = new RawClient(wire);
      browser.connect5(connect5("c", 0x02, 60, properties()));

      browser.expectDisconnect5(0xA0);
      assertEquals("1008 the token or other proof of identity has expired", wire.end());
    }
  }

  @Test
  void aForeignPagesCookieIsOfNoUse() {
    String token = Tokens.token("ann", 60, "");
    try (TestSystem system = TestSystem.start(JWT)) {
      String answer =
          upgrade(system, "/mqtt", "Cookie: token=" + token, "Origin: https://evil.example");
      assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }
  }

  @Test
  void upgradesThatAreGivenUpLeaveNoPlaceTaken() throws Exception {
    String token = Tokens.token("ann", 60, "");
    try (TestSystem system =
        TestSystem.start(
            JWT,
            "broker.auth.allow-anonymous = yes",
            "gateway.limits.per-address { loopback = true, max-connections = 3 }")) {
      for (int i = 0; i < 60; i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), system.httpPort())) {
          String target = i % 2 == 0 ? "/mqtt" : "/mqtt?token=" + token;
          socket.getOutputStream().write(request(target).getBytes(StandardCharsets.US_ASCII));
          socket.setSoLinger(true, 0); // Closes with a reset.
        }
      }
      TestSystem.await("room for all three", () -> admits(3, system.httpPort()));
    }
  }

  /** So many upgrades at a time. All are closed again. */
  private static boolean admits(int browsers, int port) {
    if (browsers == 0) {
      return true;
    }
    WebSocketWire wire = WebSocketWire.request(port, "/mqtt");
    try {
      return wire.status() == 101 && admits(browsers - 1, port);
    } finally {
      wire.close();
    }
  }

  /** The answer to an upgrade, as far as it comes at once. */
  private static String upgrade(TestSystem system, String target, String... headers) {
    String request = request(target, headers);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), system.httpPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      StringBuilder answer = new StringBuilder();
      while (!isWhole(answer)) {
        int b = socket.getInputStream().read();
        if (b < 0) {
          break;
        }
        answer.append((char) b);
      }
      return answer.toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String request(String target, String... headers) {
    return "GET "
        + target
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Sec-WebSocket-Protocol: mqtt\r\n"
        + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n")
        + "\r\n";
  }

  private static boolean isWhole(StringBuilder answer) {
    int head = answer.indexOf("\r\n\r\n");
    boolean upgraded = answer.indexOf(" 101 ") > 0;
    return head > 0
        && (upgraded || answer.charAt(answer.length() - 1) == '\n' && answer.length() > head + 4);
  }
}
