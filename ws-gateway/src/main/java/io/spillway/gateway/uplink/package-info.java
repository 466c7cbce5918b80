/**
 * Streams to a core, one for each browser: over links to our own core, or over a TCP connection
 * each to any MQTT broker. Connects, balances, reconnects.
 *
 * <p>Knows nothing of browsers and WebSockets. Everything that belongs to one XNIO I/O thread is
 * owned by that thread; no call waits.
 */
package io.spillway.gateway.uplink;
