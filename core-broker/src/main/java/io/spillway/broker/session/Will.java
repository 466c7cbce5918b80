package io.spillway.broker.session;

import io.spillway.mqtt.Message;

/**
 * A client's Will Message and the seconds to wait before it is published. The message's expiry
 * interval counts from its publication: {@code expirySeconds}, or -1 for none.
 */
public record Will(Message message, long delaySeconds, long expirySeconds) {}
