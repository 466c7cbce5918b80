package io.spillway.broker.connection;

import java.util.HashMap;
import java.util.Map;

/**
 * The topic aliases that we have set towards one client of MQTT 5: its first topics get one each,
 * for as long as the connection lasts. On the connection's home.
 */
final class SentAliases {
  /** No alias for this topic. */
  static final int NONE = 0;

  private final int maximum;
  private final Map<String, Integer> aliases = new HashMap<>();

  /** As many as the client takes ([MQTT-3.1.2-26]), but no more than we keep. */
  SentAliases(int maximum) {
    this.maximum = maximum;
  }

  /** The alias that the client knows already, or {@link #NONE}. */
  int known(String topicName) {
    return aliases.getOrDefault(topicName, NONE);
  }

  /** A new alias, which the client learns with this topic name, or {@link #NONE}. */
  int assign(String topicName) {
    if (aliases.size() == maximum) {
      return NONE;
    }
    aliases.put(topicName, aliases.size() + 1);
    return aliases.size();
  }
}
