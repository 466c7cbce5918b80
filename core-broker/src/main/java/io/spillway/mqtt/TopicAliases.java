package io.spillway.mqtt;

import java.util.Arrays;

/**
 * The topic aliases that a client has set on one connection. Owned by the connection's event loop,
 * ends with the connection. Holds at most {@code maximum} names.
 */
public final class TopicAliases {
  private static final String[] NONE = {};

  private final int maximum;

  /** By alias minus one; grows with the highest alias that was set. */
  private String[] topicNames = NONE;

  /** {@code maximum} as told to the client in CONNACK; 0: none are allowed. */
  public TopicAliases(int maximum) {
    this.maximum = maximum;
  }

  /** Refuses an alias above the maximum. 0 was refused when its property was read. */
  void check(int alias) {
    if (alias > maximum) { // [MQTT-3.3.2-9]
      throw new ProtocolException(
          ReasonCode.TOPIC_ALIAS_INVALID,
          "topic alias: " + alias + " (expected: <= " + maximum + ")");
    }
  }

  /** Sets a checked alias, also one that was set before. */
  void set(int alias, String topicName) {
    if (alias > topicNames.length) {
      topicNames = Arrays.copyOf(topicNames, Math.min(maximum, Math.max(alias, alias * 2)));
    }
    topicNames[alias - 1] = topicName;
  }

  /** The name of a checked alias. */
  String topicName(int alias) {
    String topicName = alias <= topicNames.length ? topicNames[alias - 1] : null;
    if (topicName == null) {
      throw ProtocolException.protocolError(
          "topic alias: " + alias + " (expected: one set before, as the topic name is empty)");
    }
    return topicName;
  }
}
