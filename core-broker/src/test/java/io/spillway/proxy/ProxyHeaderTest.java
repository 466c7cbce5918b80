package io.spillway.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy says, byte by byte. */
class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  @Test
  void aLineOfTextNamesTheClient() throws Exception {
    ProxyHeader four = read("PROXY TCP4 203.0.113.7 198.51.100.1 4711 1883\r\nrest");
    ProxyHeader six = read("PROXY TCP6 2001:db8::7 ::1 65535 0\r\n");

    assertEquals(address("203.0.113.7", 4711), four.source());
    assertEquals("PROXY TCP4 203.0.113.7 198.51.100.1 4711 1883\r\n".length(), four.length());
    assertEquals(address("2001:db8::7", 65535), six.source());
  }

  @Test
  void aBinaryHeaderNamesTheClient() throws Exception {
    ProxyHeader four = binary("2111 000c cb007107 c6336401 1267 075b", "ffff");
    ProxyHeader six =
        binary(
            "2121 0027 20010db8000000000000000000000007 00000000000000000000000000000001 1267 075b",
            "040000", // A note that isn't read.
            "ffff");

    assertEquals(address("203.0.113.7", 4711), four.source());
    assertEquals(28, four.length());
    assertEquals(address("2001:db8::7", 4711), six.source());
    assertEquals(16 + 39, six.length());
  }

  @Test
  void aMappedAddressIsTheIpv4AddressInIt() throws Exception {
    ProxyHeader mapped =
        binary(
            "2121 0024 00000000000000000000ffffcb007107 00000000000000000000ffffc6336401 1267 075b");

    assertEquals(address("203.0.113.7", 4711), mapped.source());
  }

  @Test
  void aProxyThatSpeaksForItselfNamesNobody() throws Exception {
    assertNull(read("PROXY UNKNOWN\r\n").source());
    assertNull(read("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n").source());
    assertNull(binary("2000 0000").source());
    assertNull(binary("2100 0003 010203").source());
    assertEquals(16 + 3, binary("2100 0003 010203").length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 4711\r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 4711 1883 \r\n",
        "PROXY TCP4 203.0.113.7  198.51.100.1 4711 1883\r\n",
        "PROXY TCP4 2001:db8::7 ::1 4711 1883\r\n",
        "PROXY TCP6 203.0.113.7 198.51.100.1 4711 1883\r\n",
        "PROXY TCP4 203.0.113.256 198.51.100.1 4711 1883\r\n",
        "PROXY TCP4 example.org 198.51.100.1 4711 1883\r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 65536 1883\r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 -1 1883\r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 04711 1883\r\n",
        "PROXY UDP4 203.0.113.7 198.51.100.1 4711 1883\r\n",
        "PROXY \r\n",
        "PROXY\r\n",
      })
  void textThatIsNoHeaderIsRefused(String text) {
    assertThrows(ProxyHeaderException.class, () -> read(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1111 000c cb007107 c6336401 1267 075b", // version 1 in binary
        "2211 000c cb007107 c6336401 1267 075b", // no such command
        "2111 000b cb007107 c6336401 1267 07", // too short for its family
        "2121 000c cb007107 c6336401 1267 075b",
        "2111 1000",
        "2111 ffff",
      })
  void aDamagedOrSwollenBinaryHeaderIsRefusedBeforeItsEnd(String rest) {
    assertThrows(ProxyHeaderException.class, () -> binary(rest));
  }

  @Test
  void aLineWithoutEndIsRefusedWhenItIsTooLong() throws Exception {
    assertNull(read("PROXY TCP4 " + "1".repeat(95)));

    assertThrows(ProxyHeaderException.class, () -> read("PROXY TCP4 " + "1".repeat(96)));
  }

  @Test
  void everyPartOfAHeaderAsksForMore() throws Exception {
    String text = "PROXY TCP4 203.0.113.7 198.51.100.1 4711 1883\r\n";
    byte[] binary = Packets.hex(SIGNATURE + "2111000ccb007107c63364011267075b");

    for (int i = 0; i < text.length(); i++) {
      assertNull(read(text.substring(0, i)));
      assertTrue(i == 0 || ProxyHeader.isBegunBy(ascii(text.substring(0, i))));
    }
    for (int i = 0; i < binary.length; i++) {
      assertNull(ProxyHeader.read(ByteBuffer.wrap(binary, 0, i)));
    }
    assertFalse(ProxyHeader.isBegunBy(ByteBuffer.wrap(Packets.connect311("c"))));
  }

  @Test
  void nothingButItsOwnExceptionComesOfAnyBytes() {
    Random random = new Random(6);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      byte[] begin = i % 2 == 0 ? Packets.hex(SIGNATURE + "21") : Packets.utf8("PROXY TCP4 ");
      System.arraycopy(begin, 0, bytes, 0, Math.min(begin.length, bytes.length));
      if (i % 4 == 1 && bytes.length > 20) {
        bytes[bytes.length - 2] = '\r';
        bytes[bytes.length - 1] = '\n';
      }
      try {
        ProxyHeader.read(ByteBuffer.wrap(bytes));
      } catch (ProxyHeaderException e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
  }

  private static ProxyHeader read(String text) throws ProxyHeaderException {
    return ProxyHeader.read(ascii(text));
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static ProxyHeader binary(String... parts) throws ProxyHeaderException {
    return ProxyHeader.read(ByteBuffer.wrap(Packets.hex(SIGNATURE + String.join("", parts))));
  }

  private static InetSocketAddress address(String host, int port) throws Exception {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }
}
