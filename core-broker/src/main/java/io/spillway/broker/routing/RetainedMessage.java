package io.spillway.broker.routing;

import io.spillway.mqtt.Message;

/** A topic's retained message, and when it came in the order of all. Immutable. */
record RetainedMessage(Message message, long sequence) {}
