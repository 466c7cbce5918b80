package io.spillway.broker.store;

import io.spillway.mqtt.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The values of the database as bytes. What can't be read throws a runtime exception. */
final class Values {
  /** Of the whole database. A change that an older version can't read makes it one more. */
  static final int FORMAT = 1;

  private static final int RETAIN = 4;
  private static final int INLINE = 8;
  private static final int RELEASED = 16;

  private static final int NO_LOCAL = 4;
  private static final int RETAIN_AS_PUBLISHED = 8;

  /**
   * A delivery as it was stored.
   *
   * @param message null when it refers to a body, or was released
   */
  record DeliveryValue(StoredDelivery delivery, Message message, boolean released) {}

  /** What must be known of a message that is left where it is. */
  record MessageFacts(int size, long expiresAt) {}

  /**
   * A delivery without its message.
   *
   * @param inline null when it refers to a body, or was released
   */
  record DeliveryFacts(StoredDelivery delivery, MessageFacts inline, boolean released) {}

  private Values() {}

  static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  static int number(byte[] value) {
    return ByteBuffer.wrap(value).getInt();
  }

  static byte[] packetId(int packetId) {
    return ByteBuffer.allocate(Short.BYTES).putShort((short) packetId).array();
  }

  static int packetId(byte[] value) {
    return ByteBuffer.wrap(value).getShort() & 0xFFFF;
  }

  static byte[] session(StoredSession session) {
    byte[] clientId = session.clientId().getBytes(StandardCharsets.UTF_8);
    byte[] will = session.will() == null ? new byte[0] : session.will().toBytes();
    return ByteBuffer.allocate(4 * Long.BYTES + Integer.BYTES + clientId.length + will.length)
        .putLong(session.sessionExpirySeconds())
        .putLong(session.disconnectedAt())
        .putLong(session.willDelaySeconds())
        .putLong(session.willExpirySeconds())
        .putInt(clientId.length)
        .put(clientId)
        .put(will)
        .array();
  }

  static StoredSession session(long sessionId, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    long expiry = in.getLong();
    long disconnectedAt = in.getLong();
    long willDelay = in.getLong();
    long willExpiry = in.getLong();
    String clientId = new String(rest(in, in.getInt()), StandardCharsets.UTF_8);
    Message will = in.hasRemaining() ? Message.fromBytes(rest(in, in.remaining())) : null;
    return new StoredSession(
        sessionId, clientId, expiry, disconnectedAt, will, willDelay, willExpiry);
  }

  static byte[] subscription(StoredSubscription subscription) {
    int flags =
        subscription.qos()
            | (subscription.noLocal() ? NO_LOCAL : 0)
            | (subscription.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0);
    return ByteBuffer.allocate(1 + Integer.BYTES)
        .put((byte) flags)
        .putInt(subscription.identifier())
        .array();
  }

  static StoredSubscription subscription(String topicFilter, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    int flags = in.get();
    return new StoredSubscription(
        topicFilter,
        flags & 3,
        (flags & NO_LOCAL) != 0,
        (flags & RETAIN_AS_PUBLISHED) != 0,
        in.getInt());
  }

  /** {@code body} is null when the delivery refers to one. */
  static byte[] delivery(StoredDelivery delivery, byte[] body) {
    int[] identifiers = delivery.subscriptionIdentifiers();
    int count = identifiers == null ? 0 : identifiers.length;
    int flags = delivery.qos() | (delivery.retain() ? RETAIN : 0) | (body == null ? 0 : INLINE);
    ByteBuffer out =
        ByteBuffer.allocate(
                1 + Short.BYTES + count * Integer.BYTES + (body == null ? 0 : body.length))
            .put((byte) flags)
            .putShort((short) count);
    for (int i = 0; i < count; i++) {
      out.putInt(identifiers[i]);
    }
    return body == null ? out.array() : out.put(body).array();
  }

  /** Of a delivery that the client has received; only its packet identifier counts still. */
  static byte[] released() {
    return new byte[] {2 | RELEASED, 0, 0};
  }

  static DeliveryValue delivery(long sessionId, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    int flags = in.get();
    StoredDelivery delivery = delivery(sessionId, flags, in);
    Message message = (flags & INLINE) == 0 ? null : Message.fromBytes(rest(in, in.remaining()));
    return new DeliveryValue(delivery, message, (flags & RELEASED) != 0);
  }

  static DeliveryFacts deliveryFacts(long sessionId, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    int flags = in.get();
    StoredDelivery delivery = delivery(sessionId, flags, in);
    MessageFacts inline = (flags & INLINE) == 0 ? null : messageFacts(in);
    return new DeliveryFacts(delivery, inline, (flags & RELEASED) != 0);
  }

  /** Of a message from the buffer's position to its end. */
  static MessageFacts messageFacts(ByteBuffer in) {
    return new MessageFacts(Message.storedSize(in), Message.storedExpiresAt(in));
  }

  private static StoredDelivery delivery(long sessionId, int flags, ByteBuffer in) {
    int count = in.getShort() & 0xFFFF;
    int[] identifiers = count == 0 ? null : new int[count];
    for (int i = 0; i < count; i++) {
      identifiers[i] = in.getInt();
    }
    return new StoredDelivery(sessionId, flags & 3, (flags & RETAIN) != 0, identifiers);
  }

  static byte[] retained(long sequence, Message message) {
    byte[] body = message.toBytes();
    return ByteBuffer.allocate(Long.BYTES + body.length).putLong(sequence).put(body).array();
  }

  static long retainedSequence(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  static Message retainedMessage(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    in.getLong();
    return Message.fromBytes(rest(in, in.remaining()));
  }

  private static byte[] rest(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
