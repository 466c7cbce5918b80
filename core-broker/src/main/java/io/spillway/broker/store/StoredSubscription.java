package io.spillway.broker.store;

/**
 * A subscription in the store.
 *
 * @param topicFilter as the client wrote it, with a share's prefix
 * @param identifier 0 for none
 */
public record StoredSubscription(
    String topicFilter, int qos, boolean noLocal, boolean retainAsPublished, int identifier) {}
