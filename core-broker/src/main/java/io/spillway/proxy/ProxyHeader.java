package io.spillway.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a proxy says at the beginning of a connection, in version 1 (a line of text) or 2 (binary)
 * of the PROXY protocol. Immutable.
 *
 * @param source the client; null: the proxy itself asks (a health check), or it doesn't know
 * @param length of the header in bytes; the client's own bytes follow
 */
public record ProxyHeader(InetSocketAddress source, int length) {

  /**
   * A header may carry notes (TLVs), which aren't read; one with more than these isn't believed.
   */
  public static final int LENGTH_MAX = 4096;

  private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] SIGNATURE = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };

  /** The longest line of version 1, as its specification counts it. */
  private static final int LINE_MAX = 107;

  private static final int BINARY_HEAD = 16;
  private static final int VERSION_2 = 0x20;
  private static final int LOCAL = 0;
  private static final int PROXY = 1;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;

  /** Whether a connection's first bytes are the beginning of a header, as far as they go. */
  public static boolean isBegunBy(ByteBuffer in) {
    return in.hasRemaining() && (startsWith(in, TEXT) || startsWith(in, SIGNATURE));
  }

  /**
   * Reads a header, and leaves the buffer as it is.
   *
   * @return null: more bytes are needed to know
   * @throws ProxyHeaderException says what came instead of one
   */
  public static ProxyHeader read(ByteBuffer in) throws ProxyHeaderException {
    if (!in.hasRemaining()) {
      return null;
    }
    if (startsWith(in, TEXT)) {
      return readText(in);
    }
    if (startsWith(in, SIGNATURE)) {
      return readBinary(in);
    }
    throw new ProxyHeaderException("no PROXY header where the peer has to send one");
  }

  private static boolean startsWith(ByteBuffer in, byte[] expected) {
    int known = Math.min(in.remaining(), expected.length);
    for (int i = 0; i < known; i++) {
      if (in.get(in.position() + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static ProxyHeader readText(ByteBuffer in) throws ProxyHeaderException {
    int end = -1;
    for (int i = 0; i + 1 < Math.min(in.remaining(), LINE_MAX) && end < 0; i++) {
      if (in.get(in.position() + i) == '\r' && in.get(in.position() + i + 1) == '\n') {
        end = i;
      }
    }
    if (end < 0) {
      if (in.remaining() >= LINE_MAX) {
        throw new ProxyHeaderException("a PROXY line of more than " + LINE_MAX + " bytes");
      }
      return null;
    }
    byte[] line = new byte[end];
    in.get(in.position(), line);
    // Keeps empty words, so that two spaces in a row aren't one.
    String[] words = new String(line, StandardCharsets.ISO_8859_1).split(" ", -1);
    if (words[1].equals("UNKNOWN")) {
      return new ProxyHeader(null, end + 2);
    }
    boolean four = words[1].equals("TCP4");
    if (words.length != 6 || !four && !words[1].equals("TCP6")) {
      throw damaged();
    }
    InetSocketAddress source = address(words[2], words[4], four);
    address(words[3], words[5], four);
    return new ProxyHeader(source, end + 2);
  }

  private static InetSocketAddress address(String host, String port, boolean four)
      throws ProxyHeaderException {
    InetAddress address = host.indexOf(':') < 0 == four ? AddressBlock.literal(host) : null;
    if (address == null || !port.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(port) > 0xFFFF) {
      throw damaged();
    }
    return new InetSocketAddress(address, Integer.parseInt(port));
  }

  private static ProxyHeader readBinary(ByteBuffer in) throws ProxyHeaderException {
    if (in.remaining() < BINARY_HEAD) {
      return null;
    }
    int start = in.position();
    int command = in.get(start + 12) & 0x0F;
    int family = in.get(start + 13) & 0xFF;
    int rest = (in.get(start + 14) & 0xFF) << 8 | in.get(start + 15) & 0xFF;
    int length = BINARY_HEAD + rest;
    if ((in.get(start + 12) & 0xF0) != VERSION_2 || command > PROXY) {
      throw damaged();
    }
    if (length > LENGTH_MAX) {
      throw new ProxyHeaderException(
          "a PROXY header of " + length + " bytes (expected: at most " + LENGTH_MAX + ")");
    }
    int width =
        switch (family) {
          case TCP_OVER_IPV4 -> 4;
          case TCP_OVER_IPV6 -> 16;
          default -> 0;
        };
    if (command == PROXY && rest < 2 * width + (width == 0 ? 0 : 4)) {
      throw damaged();
    }
    if (in.remaining() < length) {
      return null;
    }
    if (command == LOCAL || width == 0) {
      return new ProxyHeader(null, length);
    }
    byte[] address = new byte[width];
    in.get(start + BINARY_HEAD, address);
    int port = start + BINARY_HEAD + 2 * width;
    return new ProxyHeader(
        new InetSocketAddress(of(address), (in.get(port) & 0xFF) << 8 | in.get(port + 1) & 0xFF),
        length);
  }

  private static InetAddress of(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }

  private static ProxyHeaderException damaged() {
    return new ProxyHeaderException("a PROXY header that is damaged");
  }
}
