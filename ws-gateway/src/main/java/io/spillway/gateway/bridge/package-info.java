/**
 * Joins one browser to one stream: cuts packets out of what comes up, joins packets into WebSocket
 * frames on the way down, and keeps a browser that can't keep up from harming anybody.
 *
 * <p>Knows packet lengths and the PING packets, and nothing else of MQTT. Everything that belongs
 * to one browser is owned by its I/O thread ({@code ws-io-N}), which is its link's as well, so no
 * packet changes threads here; {@link io.spillway.gateway.bridge.QueuedBytes} alone is shared.
 */
package io.spillway.gateway.bridge;
