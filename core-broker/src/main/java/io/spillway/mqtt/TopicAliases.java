package io.spillway.mqtt;

/**
 * The topic aliases that a client has set on one connection. Owned by the connection's event loop,
 * ends with the connection. Holds at most {@code maximum} names.
 */
public final class TopicAliases {
  /** {@code maximum} as told to the client in CONNACK; 0: none are allowed. */
  public TopicAliases(int maximum) {}
}
