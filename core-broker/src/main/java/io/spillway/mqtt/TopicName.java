package io.spillway.mqtt;

/** The rules for topic names: MQTT 5, section 4.7. Pure functions, any thread. */
public final class TopicName {
  private TopicName() {}

  /**
   * Returns the name given when a message may be published to it.
   *
   * @throws ProtocolException MALFORMED_PACKET for an empty name, wildcards, U+0000, a lone
   *     surrogate, or more than 65,535 bytes of UTF-8
   */
  public static String check(String topicName) {
    throw new UnsupportedOperationException();
  }
}
