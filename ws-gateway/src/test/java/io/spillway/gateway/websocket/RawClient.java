package io.spillway.gateway.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.OpenClients;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;

/** A WebSocket client that sends exactly the bytes it is told to, over a blocking socket. */
public final class RawClient implements AutoCloseable {

  /** One frame as it came from the server. */
  public record Frame(boolean fin, int opcode, byte[] payload) {

    int closeCode() {
      return payload.length == 0
          ? CloseCode.NO_STATUS
          : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    }

    String closeReason() {
      return payload.length <= 2
          ? ""
          : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }
  }

  public static final String UPGRADE =
      """
      GET /mqtt HTTP/1.1\r
      Host: localhost\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Protocol: mqtt\r
      \r
      """;

  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = socket.getOutputStream();
    OpenClients.opened(this);
  }

  /** A TCP connection on which nothing has been said. */
  public static RawClient connect(int port) throws IOException {
    return new RawClient(new Socket(InetAddress.getByName("127.0.0.1"), port));
  }

  public static RawClient connect(int port, SSLContext tls) throws IOException {
    InetAddress address = InetAddress.getByName("127.0.0.1");
    return new RawClient(tls.getSocketFactory().createSocket(address, port));
  }

  /** A small receive buffer makes a client that is easily full. */
  static RawClient connectNarrow(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    return new RawClient(socket);
  }

  /** A connection whose upgrade has been answered. */
  public static RawClient open(int port) throws IOException {
    return connect(port).upgrade();
  }

  public RawClient upgrade() throws IOException {
    send(UPGRADE.getBytes(StandardCharsets.ISO_8859_1));
    String head = readHead();
    assertTrue(head.startsWith("HTTP/1.1 101 "), head);
    return this;
  }

  /** Sends bytes written as in {@code "82 81 00000000 41"}. */
  public RawClient send(String hex) throws IOException {
    return send(bytes(hex));
  }

  public RawClient send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  public RawClient sendText(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends a whole binary message in one frame. */
  public RawClient sendBinary(byte[] payload) throws IOException {
    return send(frame(0x82, payload));
  }

  /** The head of an HTTP answer, with its empty line. */
  public String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int octet = in.read();
      if (octet < 0) {
        break;
      }
      head.write(octet);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  public Frame readFrame() throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    assertEquals(0, second & 0x80, "a server's frames are not masked");
    assertEquals(0, first & 0x70, "no reserved bits");
    long length = second;
    if (second == 126) {
      length = in.readUnsignedShort();
      assertTrue(length >= 126, "shortest form");
    } else if (second == 127) {
      length = in.readLong();
      assertTrue(length > 0xFFFF, "shortest form");
    }
    byte[] payload = new byte[Math.toIntExact(length)];
    in.readFully(payload);
    return new Frame((first & 0x80) != 0, first & 0x0F, payload);
  }

  /** Expects one binary frame that is a whole message. */
  public byte[] expectBinary() throws IOException {
    Frame frame = readFrame();
    assertEquals(Opcode.BINARY, frame.opcode());
    assertTrue(frame.fin());
    return frame.payload();
  }

  /** Expects a close frame with this code, then the end of the stream. */
  public Frame expectClose(int code) throws IOException {
    Frame frame = readFrame();
    assertEquals(Opcode.CLOSE, frame.opcode());
    assertEquals(code, frame.closeCode(), frame.closeReason());
    expectEnd();
    return frame;
  }

  public void expectEnd() throws IOException {
    assertEquals(-1, in.read());
  }

  /** Whether the server has ended the connection, in whatever way. */
  boolean isEnded() throws IOException {
    try {
      return in.read() < 0;
    } catch (EOFException | SocketException e) {
      return true;
    }
  }

  public InputStream in() {
    return in;
  }

  public int localPort() {
    return socket.getLocalPort();
  }

  /** Ends our half of the connection. */
  void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Ends the connection with a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    OpenClients.closed(this);
    socket.close();
  }

  /** A masked frame. */
  public static byte[] frame(int first, byte[] payload) {
    return frame(first, payload, 0x1F2E3D4C);
  }

  static byte[] frame(int first, byte[] payload, int key) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else if (payload.length <= 0xFFFF) {
      frame.write(0x80 | 126);
      frame.write(payload.length >>> 8);
      frame.write(payload.length);
    } else {
      frame.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >>> shift));
      }
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame.write(key >>> shift);
    }
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ key >>> 24 - 8 * (i & 3));
    }
    return frame.toByteArray();
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}
