package io.spillway.system;

import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.publish5;
import static io.spillway.testing.Packets.subscribe5;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rows of the README's table about MQTT, seen by a browser: the packet that says why, before a
 * close frame with its code and words.
 */
class RefusalsTest {
  @TempDir static Path directory;
  private static TestSystem system;

  @BeforeAll
  static void start() throws Exception {
    Path passwords =
        Files.writeString(directory.resolve("p"), "ann:$6$AAAA$" + "A".repeat(86) + "==\n");
    Path acl = Files.writeString(directory.resolve("acl"), "topic read in/#\ntopic write out/#\n");
    system =
        TestSystem.start(
            "broker.auth.allow-anonymous = yes",
            "broker.auth.password-file = \"" + passwords + "\"",
            "broker.auth.acl-file = \"" + acl + "\"",
            "broker.limits { max-packet-size = 4KiB, max-topic-levels = 10, receive-maximum = 1",
            "max-subscriptions = 1, pre-connect-bytes = 1KiB }");
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  /** What a browser sends; the first packet's beginning that answers, in hex; the close code. */
  enum Row {
    WRONG_PASSWORD(connect5("c", 0xC2, 60, properties(), "ann", "guess"), "20 (.. )+?00 86", 1008),
    WRONG_PASSWORD_311(connect311("c", 0xC2, 60, "ann", "guess"), "20 02 00 04", 1008),
    UNKNOWN_METHOD(connect5("c", 0x02, 60, properties(0x15, "KERBEROS")), "20 (.. )+?00 8c", 1008),
    WILL_NOT_ALLOWED(connect311("c", 0x06, 60, "in/x", "bye"), "20 02 00 05", 1008),
    VERSION(packet(0x10, "MQTT", 9, 2, u16(60), "c"), "20 02 00 01", 1002),
    IDENTIFIER(connect311("", 0x00, 60), "20 02 00 02", 1008),
    CONNECT_TOO_LARGE(connect5("x".repeat(1200)), "20 (.. )+?00 95", 1009),
    NOT_CONNECT_FIRST(publish5("out/x", "y"), "", 1002),
    TLS(new byte[] {0x16, 0x03, 0x01, 0x00, 0x50, 0x01}, "", 1002),
    MALFORMED(new byte[] {0x00, 0x00}, "e0 (.. )+?81", 1002, true),
    PROTOCOL_ERROR(connect5("again"), "e0 (.. )+?82", 1002, true),
    TOPIC_TOO_DEEP(publish5("a/".repeat(20), "x"), "e0 (.. )+?90", 1002, true),
    FILTER_TOO_DEEP(subscribe5(1, "a/".repeat(20), 0), "e0 (.. )+?8f", 1002, true),
    PACKET_TOO_LARGE(publish5("out/x", "x".repeat(5000)), "e0 (.. )+?95", 1009, true),
    FILTER_NOT_ALLOWED(subscribe5(1, "secret/#", 0), "90 (.. )+?00 01 (.. )+?87", 0, true),
    PUBLISH_NOT_ALLOWED(
        packet(0x32, "in/x", u16(1), properties(), utf8("x")), "40 (.. )+?00 01 87", 0, true);

    final byte[] sent;
    final String answer;
    final int closeCode;
    final boolean connected;

    Row(byte[] sent, String answer, int closeCode) {
      this(sent, answer, closeCode, false);
    }

    Row(byte[] sent, String answer, int closeCode, boolean connected) {
      this.sent = sent;
      this.answer = answer;
      this.closeCode = closeCode;
      this.connected = connected;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRefusedBrowserIsToldWhyBeforeItIsClosed(Row row) {
    WebSocketWire wire = system.webSocket();
    RawClient browser = new RawClient(wire);
    if (row.connected) {
      browser.connect5("c-" + row);
    }
    browser.send(row.sent);

    String read = HexFormat.ofDelimiter(" ").formatHex(browser.read());
    assertTrue(read.matches(row.answer + (row.answer.isEmpty() ? "" : ".*")), row + ": " + read);
    if (row.closeCode == 0) {
      browser.expectNothing().close();
      return;
    }
    if (!row.answer.isEmpty()) {
      browser.expectClosed();
    }
    assertTrue(wire.end().startsWith(row.closeCode + " "), row + ": " + wire.end());
    assertTrue(wire.end().length() > "1000 ".length() + 5, "in words: " + wire.end());
  }

  @Test
  void tooManySubscriptionsAreRefusedOneByOne() {
    try (RawClient browser = system.browser().connect5("many")) {
      browser.send(subscribe5(1, "in/a", 0)).expect("90 04 00 01 00 00");
      assertEquals((byte) 0x97, last(browser.send(subscribe5(2, "in/b", 0)).read()));
      browser.expectNothing();
    }
  }

  /** With a core of its own: nobody else has to say something within this time. */
  @Test
  void whoNeverSendsConnectIsToldSo() {
    try (TestSystem impatient = TestSystem.start("broker.limits.connect-timeout = 1s");
        WebSocketWire silent = impatient.webSocket()) {
      new RawClient(silent).expectClosed();
      assertEquals("1008 no CONNECT in time", silent.end());
    }
  }

  private static byte last(byte[] packet) {
    return packet[packet.length - 1];
  }

  @Test
  void whoIsSilentForTooLongIsToldSo() {
    WebSocketWire wire = system.webSocket();
    RawClient browser = new RawClient(wire);
    browser.connect5(connect5("silent", 0x02, 1, properties()));

    browser.expectDisconnect5(0x8D);
    assertTrue(wire.end().startsWith("1008 "), wire.end());
  }

  @Test
  void whoseSessionIsTakenOverIsToldSo() {
    WebSocketWire wire = system.webSocket();
    RawClient browser = new RawClient(wire).connect5("twin");
    try (RawClient other = system.device().connect5("twin")) {
      browser.expectDisconnect5(0x8E);
      assertTrue(wire.end().startsWith("1008 "), wire.end());
      other.expectNothing();
    }
  }

  @Test
  void aTextFrameIsRefused() {
    WebSocketWire wire = system.webSocket();
    wire.writeText("hello");

    assertTrue(wire.end().startsWith("1003 "), wire.end());
  }
}
