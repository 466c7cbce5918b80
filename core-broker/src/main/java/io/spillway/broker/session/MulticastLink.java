package io.spillway.broker.session;

/**
 * A link on which one packet can go to many of its streams. On the link's home. Two connections
 * stand on the same link when they return the same instance.
 */
public interface MulticastLink {
  /**
   * An empty group, for clients of MQTT 5 or for those of 3.x; null where the link has as many as
   * it takes.
   */
  MulticastGroup newGroup(boolean mqtt5);
}
