package io.spillway.broker.connection;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.spillway.mqtt.ProtocolVersion;

/**
 * What a client asked for in CONNECT and what it gets. Immutable; null in a connection until
 * CONNECT.
 *
 * @param assignedClientId whether we made the client identifier up
 * @param askedKeepAlive seconds, as in CONNECT; 0: none
 * @param keepAlive seconds, in force
 * @param askedSessionExpiry seconds
 * @param receiveMaximum the client's
 * @param maximumPacketSize the client's; Integer.MAX_VALUE: any
 * @param topicAliasMaximum the client's; 0: it takes none
 * @param wantsResponseInformation Request Response Information
 * @param wantsReasons whether CONNECT has Request Problem Information and it is 1. Its default is 1
 *     too, but acknowledgements carry Reason Strings only for clients that ask: there are some
 *     whose parsers don't know properties there.
 */
record ClientTerms(
    String clientId,
    boolean assignedClientId,
    ProtocolVersion version,
    boolean cleanStart,
    int askedKeepAlive,
    int keepAlive,
    long askedSessionExpiry,
    long sessionExpiryMaximum,
    int receiveMaximum,
    int maximumPacketSize,
    int topicAliasMaximum,
    boolean wantsResponseInformation,
    boolean wantsReasons) {

  long sessionExpiry() {
    return Math.min(askedSessionExpiry, sessionExpiryMaximum);
  }

  /** What CONNACK says about what differs from what was asked, and about our limits. */
  MqttProperties connackProperties(ConnectionLimits limits) {
    if (!version.isMqtt5()) {
      return MqttProperties.NO_PROPERTIES;
    }
    MqttProperties properties = new MqttProperties();
    if (sessionExpiry() != askedSessionExpiry) {
      Properties.add(properties, MqttProperties.SESSION_EXPIRY_INTERVAL, sessionExpiry());
    }
    Properties.add(properties, MqttProperties.RECEIVE_MAXIMUM, limits.receiveMaximum());
    Properties.add(properties, MqttProperties.MAXIMUM_PACKET_SIZE, limits.maxPacketSize());
    if (assignedClientId) { // [MQTT-3.2.2-16]
      Properties.add(properties, MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, clientId);
    }
    if (limits.topicAliasMaximum() > 0) {
      Properties.add(properties, MqttProperties.TOPIC_ALIAS_MAXIMUM, limits.topicAliasMaximum());
    }
    if (keepAlive != askedKeepAlive) { // [MQTT-3.1.2-21]
      Properties.add(properties, MqttProperties.SERVER_KEEP_ALIVE, keepAlive);
    }
    if (wantsResponseInformation && limits.responseInformation() != null) {
      Properties.add(
          properties,
          MqttProperties.RESPONSE_INFORMATION,
          limits.responseInformation().replace("%c", clientId));
    }
    return properties;
  }
}
