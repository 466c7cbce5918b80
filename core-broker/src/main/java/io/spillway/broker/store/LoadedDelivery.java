package io.spillway.broker.store;

import io.spillway.mqtt.Message;

/**
 * A delivery as a start finds it.
 *
 * @param size what its message takes in memory, {@link Message#size}; 0 once released
 * @param expiresAt as {@link Message#expiresAt}
 * @param message null when it was released, or still waits and so is left in the store: {@link
 *     Store#read}
 * @param packetId 0 when none was assigned
 * @param released whether PUBREC was received
 */
public record LoadedDelivery(
    long sequence,
    StoredDelivery delivery,
    int size,
    long expiresAt,
    Message message,
    int packetId,
    boolean released) {}
