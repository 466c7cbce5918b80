package io.spillway.broker.routing;

/**
 * How much may be retained. Beyond it a new retained message is delivered but not kept, and counted
 * as dropped.
 */
public record RetainedLimits(int messages, long bytes) {}
