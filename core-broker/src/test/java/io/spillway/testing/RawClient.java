package io.spillway.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Assertions;

/**
 * A client that knows bytes and little more: sends what a test says and compares what comes. Every
 * wait has a deadline. Used by one thread.
 */
public final class RawClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Wire wire;
  private boolean mqtt5;

  public RawClient(Wire wire) {
    this.wire = wire;
    OpenClients.opened(this);
  }

  /** A client over TCP that has sent nothing yet. */
  public static RawClient tcp(int port) {
    try {
      return new RawClient(Wire.tcp(port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects with 3.1.1 and a clean session. */
  public RawClient connect311(String clientId) {
    return send(Packets.connect311(clientId)).expect("20 02 00 00");
  }

  /** Connects with MQTT 5 and a clean start. */
  public RawClient connect5(String clientId) {
    return connect5(Packets.connect5(clientId));
  }

  /** Connects with this CONNECT packet of MQTT 5, whatever properties CONNACK has. */
  public RawClient connect5(byte[] connect) {
    send(connect);
    mqtt5 = true;
    byte[] connack = read();
    Assertions.assertEquals(0x20, connack[0], "CONNACK");
    Assertions.assertEquals(0, reasonCode(connack), "reason code of CONNACK");
    return this;
  }

  public RawClient subscribe(String filter, int qos) {
    send(mqtt5 ? Packets.subscribe5(1, filter, qos) : Packets.subscribe311(1, filter, qos));
    return expect(
        mqtt5
            ? Packets.packet(0x90, Packets.u16(1), Packets.properties(), qos)
            : Packets.packet(0x90, Packets.u16(1), qos));
  }

  /** Publishes with QoS 0. */
  public RawClient publish(String topic, String payload) {
    return send(mqtt5 ? Packets.publish5(topic, payload) : Packets.publish311(topic, payload));
  }

  /** Expects a PUBLISH with QoS 0 and no properties. */
  public RawClient expectPublish(String topic, String payload) {
    return expect(mqtt5 ? Packets.publish5(topic, payload) : Packets.publish311(topic, payload));
  }

  public RawClient send(byte[] bytes) {
    try {
      wire.write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends and doesn't mind if the server closes meanwhile. */
  public RawClient trySend(byte[] bytes) {
    try {
      wire.write(bytes);
    } catch (IOException e) {
      // What came back before says more.
    }
    return this;
  }

  public RawClient send(String hex) {
    return send(Packets.hex(hex));
  }

  /** The next packet is this one. */
  public RawClient expect(byte[] packet) {
    byte[] read = read();
    Assertions.assertEquals(shown(packet), shown(read), "the next packet");
    return this;
  }

  public RawClient expect(String hex) {
    return expect(Packets.hex(hex));
  }

  /** The next packet, whatever it is; an empty array when the server has closed. */
  public byte[] read() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    int first = readByte(deadline);
    if (first < 0) {
      return new byte[0];
    }
    packet.write(first);
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      int b = readByte(deadline);
      packet.write(b);
      length |= (b & 0x7F) << shift;
      if (b < 0x80) {
        break;
      }
    }
    packet.writeBytes(readFully(length, deadline));
    return packet.toByteArray();
  }

  /** Nothing else has come: a ping is answered next. */
  public RawClient expectNothing() {
    return send(Packets.pingreq()).expect(Packets.pingresp());
  }

  /** The server closes, and says nothing before. */
  public RawClient expectClosed() {
    Assertions.assertEquals("", shown(read()), "nothing but the end");
    return this;
  }

  /** A CONNACK (MQTT 5) with this reason code, then the end. */
  public RawClient expectRefused5(int reasonCode) {
    byte[] connack = read();
    Assertions.assertTrue(connack.length > 3 && connack[0] == 0x20, "CONNACK: " + shown(connack));
    Assertions.assertEquals(reasonCode, reasonCode(connack), "reason code of CONNACK");
    return expectClosed();
  }

  /** A DISCONNECT (MQTT 5) with this reason code, then the end. */
  public RawClient expectDisconnect5(int reasonCode) {
    byte[] disconnect = read();
    Assertions.assertTrue(
        disconnect.length > 2 && (disconnect[0] & 0xFF) == 0xE0,
        "DISCONNECT: " + shown(disconnect));
    Assertions.assertEquals(reasonCode, disconnect[2] & 0xFF, "reason code of DISCONNECT");
    return expectClosed();
  }

  private static int reasonCode(byte[] connack) {
    int i = 1;
    while (connack[i] < 0) {
      i++;
    }
    return connack[i + 2] & 0xFF;
  }

  private int readByte(long deadline) {
    byte[] one = new byte[1];
    return read(one, 0, deadline) < 0 ? -1 : one[0] & 0xFF;
  }

  private byte[] readFully(int length, long deadline) {
    byte[] bytes = new byte[length];
    for (int read = 0; read < length; ) {
      int more = read(bytes, read, deadline);
      Assertions.assertTrue(more > 0, "closed in the middle of a packet");
      read += more;
    }
    return bytes;
  }

  private int read(byte[] into, int offset, long deadline) {
    Duration patience = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    try {
      return wire.read(into, offset, into.length - offset, patience);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing came within " + PATIENCE.toSeconds() + " s", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shown(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }

  @Override
  public void close() {
    OpenClients.closed(this);
    wire.close();
  }
}
