package io.spillway.broker.store;

/**
 * One message for one session, without the message.
 *
 * @param qos the effective one, 1 or 2
 * @param retain the flag to send
 * @param subscriptionIdentifiers null for none
 */
public record StoredDelivery(
    long sessionId, int qos, boolean retain, int[] subscriptionIdentifiers) {}
