package io.spillway.conformance;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.u32;
import static io.spillway.testing.Packets.utf8;

/** A CONNECT packet in the making: clean, keep alive 60, unless said otherwise. */
final class Connect {
  private static final int CLEAN = 0x02;

  private final Version version;
  private final String clientId;
  private int flags = CLEAN;
  private int keepAlive = 60;
  private byte[] properties = {};
  private byte[] payload = {};

  Connect(Version version, String clientId) {
    this.version = version;
    this.clientId = clientId;
  }

  /** Takes up a session there may be, and keeps it for five minutes (before MQTT 5: for ever). */
  Connect resuming() {
    flags &= ~CLEAN;
    return expiry(300);
  }

  /** Starts anew with a session that outlives the connection; older ones can't say that. */
  Connect expiry(long seconds) {
    return property(0x11, u32(seconds));
  }

  Connect notClean() {
    flags &= ~CLEAN;
    return this;
  }

  Connect keepAlive(int seconds) {
    keepAlive = seconds;
    return this;
  }

  /** Nothing before MQTT 5. */
  Connect property(int id, Object... value) {
    properties = fields(properties, id, fields(value));
    return this;
  }

  /** {@code willProperties} stand in MQTT 5 only. */
  Connect will(String topic, String message, int qos, boolean retain, Object... willProperties) {
    flags |= 0x04 | qos << 3 | (retain ? 0x20 : 0);
    byte[] text = utf8(message);
    payload = fields(version.props(willProperties), topic, u16(text.length), text, payload);
    return this;
  }

  Connect userName(String name) {
    flags |= 0x80;
    payload = fields(payload, name);
    return this;
  }

  Connect password(String password) {
    flags |= 0x40;
    payload = fields(payload, password);
    return this;
  }

  byte[] bytes() {
    return packet(
        0x10,
        version.protocolName,
        version.level,
        flags,
        u16(keepAlive),
        version.props(properties),
        clientId,
        payload);
  }
}
