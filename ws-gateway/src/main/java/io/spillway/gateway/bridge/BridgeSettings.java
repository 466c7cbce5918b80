package io.spillway.gateway.bridge;

import java.time.Duration;

/**
 * What the bridge is configured with.
 *
 * @param frameBytesMax packets are joined into a WebSocket frame up to this length; a longer packet
 *     has a frame of its own
 * @param frameDelayMax how long a packet may wait for others under load; zero: never
 * @param packetLengthMax the longest packet a browser may send
 * @param preConnectBytesMax the longest CONNECT packet, and what is read at most until the core has
 *     answered it
 * @param queuedBytesMax QoS 0 bytes that may wait for a browser
 * @param policy what happens beyond it
 * @param totalQueuedBytesMax what may wait for all browsers
 * @param reconnectSpread over which the browsers of a lost link are closed
 * @param closeTimeout how long a browser may take to accept what was queued before its end
 */
public record BridgeSettings(
    int frameBytesMax,
    Duration frameDelayMax,
    int packetLengthMax,
    int preConnectBytesMax,
    int queuedBytesMax,
    SlowClientPolicy policy,
    long totalQueuedBytesMax,
    Duration reconnectSpread,
    Duration closeTimeout) {}
