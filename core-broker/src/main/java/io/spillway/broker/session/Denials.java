package io.spillway.broker.session;

import io.spillway.limits.LineBudget;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.TopicFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells at debug level what a client may not do. The line about PUBLISH is Mosquitto's, which has
 * none about SUBSCRIBE; neither has one about messages that are left out at delivery. Any home.
 */
final class Denials {
  private static final Logger log = LoggerFactory.getLogger(Denials.class);

  /** Per period of ten seconds: whoever tries on must not fill the disk. */
  static final int LINES_MAX = 50;

  private final LineBudget lines =
      new LineBudget(LINES_MAX, rest -> log.debug("Denied {} more packets.", rest));

  /** {@code packetId} is 0 at QoS 0. */
  void publish(Session session, PassingMessage message, int packetId, boolean dup) {
    if (log.isDebugEnabled() && lines.take()) {
      log.debug(
          "Denied PUBLISH from {} (d{}, q{}, r{}, m{}, '{}', ... ({} bytes))",
          session.clientId(),
          dup ? 1 : 0,
          message.qos(),
          message.retain() ? 1 : 0,
          packetId,
          message.topicName(),
          message.payloadLength());
    }
  }

  void subscribe(Session session, TopicFilter topicFilter, int qos) {
    if (log.isDebugEnabled() && lines.take()) {
      log.debug(
          "Denied SUBSCRIBE from {} (q{}, '{}')", session.clientId(), qos, topicFilter.text());
    }
  }
}
