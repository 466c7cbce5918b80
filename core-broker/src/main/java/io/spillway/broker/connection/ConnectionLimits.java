package io.spillway.broker.connection;

import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ReasonCode;
import java.time.Duration;

/**
 * The broker's limits that connections enforce, {@code broker.limits} where not said otherwise.
 *
 * @param maxPacketSize largest packet either way, in bytes
 * @param preConnectBytes largest CONNECT packet
 * @param connectTimeout from the connection's beginning to a whole CONNECT packet
 * @param receiveMaximum told to MQTT 5 clients; sessions enforce it
 * @param topicAliasMaximum how many aliases a client may set
 * @param keepAliveMaximum seconds; 0: none
 * @param sessionExpiryMaximum seconds; {@code ConnectRequest.NEVER}: none
 * @param topicLevels that a topic name or filter may have
 * @param topicLength of a topic name or filter, in characters
 * @param publishRate messages per second from one client; 0: no limit
 * @param publishBytes the same in bytes of packets
 * @param responseInformation {@code broker.response-information}, null: none
 */
public record ConnectionLimits(
    int maxPacketSize,
    int preConnectBytes,
    Duration connectTimeout,
    int receiveMaximum,
    int topicAliasMaximum,
    int keepAliveMaximum,
    long sessionExpiryMaximum,
    int topicLevels,
    int topicLength,
    long publishRate,
    long publishBytes,
    String responseInformation) {

  /**
   * Topics of ours are walked level by level, so one with ten thousand of them costs everybody.
   *
   * @throws ProtocolException with TOPIC_NAME_INVALID or, for a filter, TOPIC_FILTER_INVALID
   */
  void checkTopic(String topic, ReasonCode invalid) {
    if (topic.length() > topicLength) {
      throw new ProtocolException(
          invalid,
          "topic of "
              + topic.length()
              + " characters (expected: at most "
              + topicLength
              + ", broker.limits.max-topic-length)");
    }
    // A topic has at most one level more than it has characters.
    if (topic.length() >= topicLevels && levels(topic) > topicLevels) {
      throw new ProtocolException(
          invalid,
          "topic of "
              + levels(topic)
              + " levels (expected: at most "
              + topicLevels
              + ", broker.limits.max-topic-levels)");
    }
  }

  private static int levels(String topic) {
    int levels = 1;
    for (int i = topic.indexOf('/'); i >= 0; i = topic.indexOf('/', i + 1)) {
      levels++;
    }
    return levels;
  }
}
