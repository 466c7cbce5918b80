package io.spillway.broker.connection;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.spillway.broker.session.Sessions;
import io.spillway.limits.AddressLimits;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way out for every connection: chooses between CONNACK, DISCONNECT and a plain close,
 * tells the session, and writes the one log line. On the connection's home.
 */
final class ExitDoor {
  private static final Logger errors = LoggerFactory.getLogger(ExitDoor.class);

  private final Sessions sessions;
  private final ConnectionLog log;
  private final ConnectionCounts counts;
  private final AddressLimits addresses;

  ExitDoor(Sessions sessions, ConnectionLog log, ConnectionCounts counts, AddressLimits addresses) {
    this.sessions = sessions;
    this.log = log;
    this.counts = counts;
    this.addresses = addresses;
  }

  /** The client sent DISCONNECT. */
  void disconnectedByClient(MqttConnection connection, ReasonCode reasonCode, long sessionExpiry) {
    log.disconnected(connection);
    counts.closed("client disconnected");
    connection.session().disconnected(reasonCode, sessionExpiry);
    connection.end(ReasonCode.NORMAL_DISCONNECTION, ""); // [MQTT-3.14.4-3]
  }

  /** The client sent DISCONNECT before it was connected. */
  void givenUp(MqttConnection connection) {
    log.disconnected(connection);
    counts.refused("given up by client");
    connection.end(ReasonCode.NORMAL_DISCONNECTION, "");
  }

  /** The client broke the standard or a limit. */
  void brokenBy(MqttConnection connection, ProtocolException e) {
    if (connection.phase() == Phase.CLOSED) {
      return;
    }
    String cause = words(e.reasonCode()) + ": " + e.getMessage() + key(connection, e.reasonCode());
    if (connection.phase() == Phase.CONNECTED) {
      log.closed(connection, cause);
      counts.closed(words(e.reasonCode()));
      leave(connection, e.reasonCode(), e.getMessage());
    } else {
      refuse(connection, e.reasonCode(), e.getMessage(), cause);
    }
  }

  /** We did: a fault of this program, which ends one connection and nothing else. */
  void failed(MqttConnection connection, Throwable fault) {
    errors.error("Client {} is disconnected by a fault.", connection.name(), fault);
    if (connection.phase() == Phase.CONNECTED) {
      counts.closed("internal error");
      leave(connection, ReasonCode.UNSPECIFIED_ERROR, "internal error");
    } else if (connection.phase() != Phase.CLOSED) {
      counts.refused("internal error");
      abandon(connection);
      connection.end(ReasonCode.UNSPECIFIED_ERROR, "internal error");
    }
  }

  /** The client may not connect. */
  void refused(MqttConnection connection, ReasonCode reasonCode, String cause) {
    refuse(connection, reasonCode, words(reasonCode), cause);
  }

  /** The session has let go of the connection. */
  void closedBySession(MqttConnection connection, ReasonCode reasonCode, String text) {
    log.closed(connection, text == null || text.isEmpty() ? words(reasonCode) : text);
    counts.closed(words(reasonCode));
    connection.out().disconnect(reasonCode, text);
    connection.end(reasonCode, text);
  }

  /** Nothing came for too long. */
  void timedOut(MqttConnection connection) {
    if (connection.phase() == Phase.CONNECTED) {
      log.timedOut(connection);
      counts.closed("keep alive timeout");
      leave(connection, ReasonCode.KEEP_ALIVE_TIMEOUT, "keep alive timeout");
    } else {
      String text =
          "no CONNECT within "
              + connection.limits().connectTimeout().toMillis()
              + " ms (broker.limits.connect-timeout)";
      log.closed(connection, text);
      counts.refused("connect timeout");
      abandon(connection);
      connection.end(ReasonCode.KEEP_ALIVE_TIMEOUT, "no CONNECT in time");
    }
  }

  /** The carrier is gone already. */
  void carrierClosed(MqttConnection connection, Ending ending, String text) {
    switch (ending) {
      case CLOSED_BY_CLIENT -> log.closedItself(connection);
      case KEEP_ALIVE_TIMEOUT -> log.timedOut(connection);
      case LINK_LOST -> log.closed(connection, "the link to its gateway is lost");
      case CLOSED_AT_EDGE, BROKEN -> log.closed(connection, text);
    }
    String cause = ending.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    if (connection.phase() == Phase.CONNECTED) {
      counts.closed(cause);
      connection.session().connectionLost();
    } else {
      counts.refused(cause);
      abandon(connection);
    }
    connection.end();
  }

  /** From a connected client, with its session still there. */
  private static void leave(MqttConnection connection, ReasonCode reasonCode, String text) {
    connection.session().connectionLost();
    connection.out().disconnect(reasonCode, text);
    connection.end(reasonCode, text);
  }

  private void refuse(MqttConnection connection, ReasonCode reasonCode, String text, String cause) {
    Duration delay =
        isFailedLogin(connection.phase(), reasonCode)
            ? addresses.loginFailed(connection.facts().remoteAddress().getAddress())
            : Duration.ZERO;
    if (delay.isZero()) {
      refuseNow(connection, reasonCode, text, cause);
    } else {
      connection.refuseLater(delay, () -> refuseNow(connection, reasonCode, text, cause));
    }
  }

  /** Whoever tries passwords is to wait for each answer. */
  private static boolean isFailedLogin(Phase phase, ReasonCode reasonCode) {
    return phase == Phase.AUTHENTICATING && reasonCode == ReasonCode.NOT_AUTHORIZED
        || phase == Phase.LOGGING_IN && reasonCode == ReasonCode.BAD_USER_NAME_OR_PASSWORD;
  }

  private void refuseNow(
      MqttConnection connection, ReasonCode reasonCode, String text, String cause) {
    switch (reasonCode) {
      case NOT_AUTHORIZED, BAD_USER_NAME_OR_PASSWORD -> log.notAuthorised(connection, cause);
      default -> log.closed(connection, cause);
    }
    counts.refused(words(reasonCode));
    abandon(connection);
    if (reasonCode == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION && connection.version() == null) {
      connection.answerConnectAs(ProtocolVersion.MQTT_3_1_1); // Everybody understands that.
    }
    if (isAnswered(connection.version(), reasonCode)) { // [MQTT-3.1.4-1]
      connection.out().connack(false, reasonCode, properties(connection.version(), text));
    }
    connection.end(reasonCode, text);
  }

  private void abandon(MqttConnection connection) {
    if (connection.phase() == Phase.AWAITING_SESSION) {
      sessions.abandon(connection);
    }
  }

  /**
   * A CONNECT of 3.x that breaks the standard gets no answer, one that can't be served gets a
   * return code; in MQTT 5 there is a reason code for either. Without a CONNECT there is nothing to
   * answer.
   */
  private static boolean isAnswered(ProtocolVersion version, ReasonCode reasonCode) {
    if (version == null) {
      return false;
    }
    return version.isMqtt5()
        || switch (reasonCode) {
          case MALFORMED_PACKET, PROTOCOL_ERROR, PACKET_TOO_LARGE, TOPIC_NAME_INVALID -> false;
          default -> true;
        };
  }

  private static MqttProperties properties(ProtocolVersion version, String text) {
    return version.isMqtt5() ? Properties.reason(text) : MqttProperties.NO_PROPERTIES;
  }

  /** The key to change where a limit is the cause. */
  private static String key(MqttConnection connection, ReasonCode reasonCode) {
    return switch (reasonCode) {
      case PACKET_TOO_LARGE ->
          connection.phase() == Phase.AWAITING_CONNECT
              ? " (broker.limits.pre-connect-bytes)"
              : " (broker.limits.max-packet-size)";
      case TOPIC_ALIAS_INVALID -> " (broker.limits.topic-alias-maximum)";
      case RECEIVE_MAXIMUM_EXCEEDED -> " (broker.limits.receive-maximum)";
      default -> "";
    };
  }

  /** A reason code for people. */
  static String words(ReasonCode reasonCode) {
    return reasonCode.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
