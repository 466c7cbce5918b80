package io.spillway.mqtt;

/** The rules for topic names: MQTT 5, section 4.7. Pure functions, any thread. */
public final class TopicName {
  /** The most bytes of UTF-8 that a topic name or filter may have [MQTT-4.7.3-3]. */
  static final int BYTES_MAX = 65_535;

  private TopicName() {}

  /**
   * Returns the name given when a message may be published to it.
   *
   * @throws ProtocolException MALFORMED_PACKET for an empty name, wildcards, U+0000, a lone
   *     surrogate, or more than 65,535 bytes of UTF-8
   */
  public static String check(String topicName) {
    checkText(topicName, "topic name");
    for (int i = 0; i < topicName.length(); i++) {
      char c = topicName.charAt(i);
      if (c == '+' || c == '#') { // [MQTT-4.7.1-1] [MQTT-3.3.2-2]
        throw wildcard(topicName);
      }
    }
    return topicName;
  }

  static ProtocolException wildcard(String topicName) {
    return ProtocolException.malformed("topic name: " + topicName + " (expected: no wildcard)");
  }

  /** What names and filters have in common. */
  static void checkText(String text, String what) {
    if (text.isEmpty()) { // [MQTT-4.7.3-1]
      throw ProtocolException.malformed(what + ": empty (expected: at least one character)");
    }
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) { // [MQTT-4.7.3-2]
        throw ProtocolException.malformed(what + ": U+0000 at " + i + " (expected: none)");
      }
      if (!Character.isSurrogate(c)) {
        bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else { // [MQTT-1.5.4-1]
        throw ProtocolException.malformed(what + ": lone surrogate at " + i + " (expected: none)");
      }
    }
    if (bytes > BYTES_MAX) { // [MQTT-4.7.3-3]
      throw ProtocolException.malformed(
          what + ": " + bytes + " bytes (expected: <= " + BYTES_MAX + ")");
    }
  }
}
