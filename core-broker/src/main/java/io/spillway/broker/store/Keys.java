package io.spillway.broker.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The keys of the database, in the order in which they are read at a start: the format, message
 * bodies that several deliveries refer to, retained messages, and the sessions, each with
 * everything below it in one range. Numbers are big-endian, so that their order is that of the
 * bytes.
 */
final class Keys {
  static final byte FORMAT = 'f';
  static final byte BODY = 'm';
  static final byte RETAINED = 'r';
  static final byte SESSION = 's';

  // Below a session.
  static final byte RECORD = 0;
  static final byte SUBSCRIPTION = 1;
  static final byte DELIVERY = 2;
  static final byte PACKET_ID = 3;
  static final byte RECEIVED = 4;

  static final int SESSION_ID_OFFSET = 1;
  static final int KIND_OFFSET = 1 + Long.BYTES;
  static final int REST_OFFSET = KIND_OFFSET + 1;

  private Keys() {}

  static byte[] format() {
    return new byte[] {FORMAT};
  }

  static byte[] body(long sequence) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(BODY).putLong(sequence).array();
  }

  static byte[] retained(String topicName) {
    byte[] name = topicName.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + name.length).put(RETAINED).put(name).array();
  }

  /** Where the session's range begins; the next session's is where it ends. */
  static byte[] session(long sessionId) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(SESSION).putLong(sessionId).array();
  }

  static byte[] record(long sessionId) {
    return below(sessionId, RECORD, 0).array();
  }

  static byte[] subscription(long sessionId, String topicFilter) {
    byte[] filter = topicFilter.getBytes(StandardCharsets.UTF_8);
    return below(sessionId, SUBSCRIPTION, filter.length).put(filter).array();
  }

  static byte[] delivery(long sessionId, long sequence) {
    return below(sessionId, DELIVERY, Long.BYTES).putLong(sequence).array();
  }

  static byte[] packetId(long sessionId, long sequence) {
    return below(sessionId, PACKET_ID, Long.BYTES).putLong(sequence).array();
  }

  static byte[] received(long sessionId, int packetId) {
    return below(sessionId, RECEIVED, Short.BYTES).putShort((short) packetId).array();
  }

  /** The text that the key ends with. */
  static String text(byte[] key, int offset) {
    return new String(key, offset, key.length - offset, StandardCharsets.UTF_8);
  }

  private static ByteBuffer below(long sessionId, byte kind, int rest) {
    return ByteBuffer.allocate(REST_OFFSET + rest).put(SESSION).putLong(sessionId).put(kind);
  }
}
