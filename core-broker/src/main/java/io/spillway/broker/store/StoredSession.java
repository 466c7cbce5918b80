package io.spillway.broker.store;

import io.spillway.mqtt.Message;

/**
 * What the store keeps of a session itself.
 *
 * @param sessionId never used twice
 * @param sessionExpirySeconds 0 for a session that is here because of its will only
 * @param disconnectedAt epoch milliseconds; 0 while connected
 * @param will null for none
 * @param willExpirySeconds the will's message expiry interval, -1 for none
 */
public record StoredSession(
    long sessionId,
    String clientId,
    long sessionExpirySeconds,
    long disconnectedAt,
    Message will,
    long willDelaySeconds,
    long willExpirySeconds) {}
