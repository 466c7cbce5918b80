package io.spillway.broker.store;

import io.spillway.mqtt.Message;

/** A topic's retained message, and when it came in the order of all. Immutable. */
public record StoredRetained(long sequence, Message message) {}
