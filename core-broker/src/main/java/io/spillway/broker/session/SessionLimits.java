package io.spillway.broker.session;

/**
 * The broker's limits that sessions enforce.
 *
 * @param maxInflight outgoing QoS 1 and 2 messages on their way at once, at most the client's
 *     receive maximum
 * @param receiveMaximum incoming QoS 1 and 2 messages that a client may have unacknowledged
 * @param maxQueuedMessages that wait per session, QoS 1 and 2
 * @param maxQueuedBytes that wait per session, QoS 1 and 2
 * @param maxQueuedQos0Bytes that wait per connected client which can't be written to
 * @param queueFull what happens beyond
 * @param maxSessions in all; a client beyond is refused with QUOTA_EXCEEDED
 * @param maxSubscriptions per session; SUBACK QUOTA_EXCEEDED beyond
 */
public record SessionLimits(
    int maxInflight,
    int receiveMaximum,
    int maxQueuedMessages,
    long maxQueuedBytes,
    long maxQueuedQos0Bytes,
    QueueFull queueFull,
    int maxSessions,
    int maxSubscriptions) {
  /** What happens to a message for a session whose queue is full. */
  public enum QueueFull {
    DROP_NEWEST,
    DROP_OLDEST,
    /** The client is disconnected with QUOTA_EXCEEDED; the newest message is dropped. */
    DISCONNECT
  }

  /** What {@code reference.conf} says. */
  public static final SessionLimits DEFAULT =
      new SessionLimits(
          20,
          100,
          1000,
          64L << 20,
          1L << 20,
          QueueFull.DROP_NEWEST,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);
}
