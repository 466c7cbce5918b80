package io.spillway.gateway.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.gateway.http.TestServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 sections 5 and 7, rule by rule, against a server that echoes. */
class FramingTest {

  private static final BlockingQueue<Echo> echoes = new LinkedBlockingQueue<>();
  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        new TestServer(
            (connection, facts) -> {
              Echo echo = new Echo(connection);
              echoes.add(echo);
              return echo;
            });
  }

  @AfterAll
  static void stop() throws Exception {
    server.awaitNoConnections();
    server.close();
  }

  /** What a client sends, and the code and words it is closed with. */
  static Stream<Arguments> violations() {
    return Stream.of(
        // 5.1: frames from a client must be masked.
        violation("82 01 41", 1002, "without a mask"),
        violation("89 00", 1002, "without a mask"),
        // 5.2: RSV1, RSV2 and RSV3 without an extension.
        violation("C2 81 00000000 41", 1002, "reserved bits"),
        violation("A2 81 00000000 41", 1002, "reserved bits"),
        violation("92 81 00000000 41", 1002, "reserved bits"),
        violation("C9 80 00000000", 1002, "reserved bits"),
        // 5.2: reserved opcodes, data and control.
        violation("83 80 00000000", 1002, "reserved opcode 3"),
        violation("84 80 00000000", 1002, "reserved opcode 4"),
        violation("85 80 00000000", 1002, "reserved opcode 5"),
        violation("86 80 00000000", 1002, "reserved opcode 6"),
        violation("87 80 00000000", 1002, "reserved opcode 7"),
        violation("8B 80 00000000", 1002, "reserved opcode 11"),
        violation("8C 80 00000000", 1002, "reserved opcode 12"),
        violation("8D 80 00000000", 1002, "reserved opcode 13"),
        violation("8E 80 00000000", 1002, "reserved opcode 14"),
        violation("8F 80 00000000", 1002, "reserved opcode 15"),
        // 5.2: lengths that are not in their shortest form, or too large to be one.
        violation("82 FE 007D 00000000", 1002, "shortest form"),
        violation("82 FE 0000 00000000", 1002, "shortest form"),
        violation("82 FF 000000000000FFFF 00000000", 1002, "shortest form"),
        violation("82 FF 0000000000000001 00000000", 1002, "shortest form"),
        violation("82 FF 8000000000000000 00000000", 1002, "highest bit"),
        violation("82 FF FFFFFFFFFFFFFFFF 00000000", 1002, "highest bit"),
        // 5.4: fragments out of order.
        violation("80 81 00000000 41", 1002, "without a message"),
        violation("00 81 00000000 41", 1002, "without a message"),
        violation("02 81 00000000 41 82 81 00000000 42", 1002, "before the end"),
        violation("02 81 00000000 41 02 81 00000000 42", 1002, "before the end"),
        // 5.5: control frames that are fragmented or too long.
        violation("09 80 00000000", 1002, "fragmented control"),
        violation("0A 80 00000000", 1002, "fragmented control"),
        violation("08 80 00000000", 1002, "fragmented control"),
        violation("89 FE 007E 00000000", 1002, "longer than 125"),
        violation("89 FF 0000000000000001 00000000", 1002, "longer than 125"),
        violation("88 FE 007E 00000000", 1002, "longer than 125"),
        // MQTT travels in binary frames [MQTT-6.0.0-1].
        violation("81 81 00000000 41", 1003, "binary"),
        violation("01 80 00000000", 1003, "binary"),
        violation("02 81 00000000 41 81 80 00000000", 1003, "binary"),
        // 5.5.1 and 7.4: close frames with half a code, a code that must not be sent, bad UTF-8.
        violation("88 81 00000000 03", 1002, "half a code"),
        violation("88 82 00000000 0000", 1002, "code 0"),
        violation("88 82 00000000 03E7", 1002, "code 999"),
        violation("88 82 00000000 03EC", 1002, "code 1004"),
        violation("88 82 00000000 03ED", 1002, "code 1005"),
        violation("88 82 00000000 03EE", 1002, "code 1006"),
        violation("88 82 00000000 03F7", 1002, "code 1015"),
        violation("88 82 00000000 07D0", 1002, "code 2000"),
        violation("88 82 00000000 0BB7", 1002, "code 2999"),
        violation("88 82 00000000 1388", 1002, "code 5000"),
        violation("88 82 00000000 FFFF", 1002, "code 65535"),
        violation("88 83 00000000 03E8 C0", 1007, "UTF-8"),
        violation("88 84 00000000 03E8 C0AF", 1007, "UTF-8"),
        violation("88 85 00000000 03E8 EDA080", 1007, "UTF-8"),
        violation("88 86 00000000 03E8 F4908080", 1007, "UTF-8"));
  }

  @ParameterizedTest
  @MethodSource("violations")
  void aBrokenRuleFailsTheConnectionWithItsCode(String bytes, int code, String words)
      throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Echo echo = nextEcho();

      client.send(bytes);

      RawClient.Frame close = client.expectClose(code);
      assertTrue(close.closeReason().contains(words), close.closeReason());
      assertEquals(code, echo.awaitClosed().code());
    }
  }

  @Test
  void aBrokenRuleIsSeenAsSoonAsItsByteHasCome() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      nextEcho();

      client.send("83");

      client.expectClose(1002);
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4999})
  void aCloseFrameIsAnsweredWithItsCode(int code) throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Echo echo = nextEcho();

      client.send(RawClient.frame(0x88, new byte[] {(byte) (code >>> 8), (byte) code, 'b', 'y'}));

      assertEquals("by", client.expectClose(code).closeReason());
      assertEquals(new Echo.Closed(code, "by"), echo.awaitClosed());
    }
  }

  @Test
  void anEmptyCloseFrameIsAnsweredWithOne() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Echo echo = nextEcho();

      client.send("88 80 00000000");

      client.expectClose(CloseCode.NO_STATUS);
      assertEquals(CloseCode.NO_STATUS, echo.awaitClosed().code());
    }
  }

  @Test
  void nothingAfterTheCloseFrameIsHeard() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      nextEcho();

      client.send("88 82 00000000 03E8 82 81 00000000 41");

      client.expectClose(1000);
    }
  }

  @Test
  void anEndWithoutACloseFrameIsAbnormal() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      Echo echo = nextEcho();

      client.shutdownOutput();

      client.expectEnd();
      assertEquals(CloseCode.ABNORMAL, echo.awaitClosed().code());
    }
  }

  @Test
  void aResetIsAbnormal() throws Exception {
    RawClient client = RawClient.open(server.port());
    Echo echo = nextEcho();

    client.reset();

    assertEquals(CloseCode.ABNORMAL, echo.awaitClosed().code());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 8, 9, 125, 126, 127, 65535, 65536, 65537, 200_000})
  void aMessageOfAnyLengthComesBackIntact(int length) throws Exception {
    byte[] payload = pattern(length);
    try (RawClient client = RawClient.open(server.port())) {
      nextEcho();

      client.sendBinary(payload);

      assertArrayEquals(payload, client.expectBinary());
    }
  }

  @Test
  void tenMebibytesComeBackIntact() throws Exception {
    byte[] payload = pattern(10 * 1024 * 1024);
    try (RawClient client = RawClient.open(server.port())) {
      nextEcho();

      client.sendBinary(payload);

      assertArrayEquals(payload, client.expectBinary());
    }
  }

  @Test
  void fragmentsMakeOneMessageAndControlFramesMayStandBetween() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      nextEcho();

      client.send(
          "02 81 00000000 41" // first fragment
              + "89 82 00000000 7069" // ping
              + "00 80 00000000" // an empty fragment
              + "8A 80 00000000" // a pong nobody asked for
              + "00 81 00000000 42"
              + "80 81 00000000 43");

      RawClient.Frame pong = client.readFrame();
      assertEquals(Opcode.PONG, pong.opcode());
      assertEquals("pi", new String(pong.payload(), StandardCharsets.UTF_8));
      assertArrayEquals("ABC".getBytes(StandardCharsets.UTF_8), client.expectBinary());
    }
  }

  @Test
  void aMessageThatHasEndedCannotBeContinued() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      nextEcho();

      client.send("02 81 00000000 41 80 81 00000000 42 80 80 00000000");

      assertArrayEquals(new byte[] {'A', 'B'}, client.expectBinary());
      client.expectClose(1002);
    }
  }

  @Test
  void anEmptyLastFragmentEndsTheMessage() throws Exception {
    try (RawClient client = RawClient.open(server.port())) {
      nextEcho();

      client.send("02 81 00000000 41 80 80 00000000");

      assertArrayEquals(new byte[] {'A'}, client.expectBinary());
    }
  }

  @Test
  void aPingIsAnsweredWithItsOwnPayload() throws Exception {
    byte[] longest = pattern(125);
    try (RawClient client = RawClient.open(server.port())) {
      nextEcho();

      client.send("89 80 00000000").send(RawClient.frame(0x89, longest));

      assertEquals(0, client.readFrame().payload().length);
      RawClient.Frame pong = client.readFrame();
      assertEquals(Opcode.PONG, pong.opcode());
      assertArrayEquals(longest, pong.payload());
    }
  }

  @Test
  void manyFramesInOneSegmentAreAllHeard() throws Exception {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int i = 0; i < 1000; i++) {
      frames.write(RawClient.frame(0x82, new byte[] {(byte) i}));
    }
    try (RawClient client = RawClient.open(server.port())) {
      nextEcho();

      client.send(frames.toByteArray());

      for (int i = 0; i < 1000; i++) {
        assertArrayEquals(new byte[] {(byte) i}, client.expectBinary());
      }
    }
  }

  @Test
  void framesBehindTheUpgradeRequestAreHeard() throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(RawClient.UPGRADE.getBytes(StandardCharsets.ISO_8859_1));
    all.write(RawClient.frame(0x82, new byte[] {'A'}));
    all.write(RawClient.frame(0x82, new byte[] {'B'}));
    try (RawClient client = RawClient.connect(server.port())) {

      client.send(all.toByteArray());

      assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
      assertArrayEquals(new byte[] {'A'}, client.expectBinary());
      assertArrayEquals(new byte[] {'B'}, client.expectBinary());
      nextEcho();
    }
  }

  @Test
  void theAnswerToTheRequestOfTheStandardIsTheOneOfTheStandard() throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {

      client.sendText(RawClient.UPGRADE);

      String head = client.readHead();
      assertTrue(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), head);
      assertTrue(head.contains("Sec-WebSocket-Protocol: mqtt\r\n"), head);
      assertFalse(head.contains("Extensions"), head);
      nextEcho();
    }
  }

  static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >>> 8));
    }
    return bytes;
  }

  private static Arguments violation(String bytes, int code, String words) {
    return Arguments.of(bytes, code, words);
  }

  private static Echo nextEcho() throws InterruptedException {
    Echo echo = echoes.poll(5, TimeUnit.SECONDS);
    assertTrue(echo != null, "an upgrade within five seconds");
    return echo;
  }
}
