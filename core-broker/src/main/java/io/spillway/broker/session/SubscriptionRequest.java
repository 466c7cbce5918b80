package io.spillway.broker.session;

import io.spillway.mqtt.TopicFilter;

/**
 * One topic filter of a SUBSCRIBE packet with its options.
 *
 * @param retainHandling 0 send retained messages, 1 only if the subscription is new, 2 don't; 0 for
 *     3.x
 */
public record SubscriptionRequest(
    TopicFilter topicFilter,
    int qos,
    boolean noLocal,
    boolean retainAsPublished,
    int retainHandling) {}
