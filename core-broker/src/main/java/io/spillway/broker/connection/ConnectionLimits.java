package io.spillway.broker.connection;

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
    String responseInformation) {}
