/**
 * The ports: MQTT over TCP and TLS, and links from gateways. Here Netty's channels and the link
 * protocol's streams become carriers of MQTT connections, and Netty's event loops become homes.
 *
 * <p>Everything belonging to a channel runs on its event loop {@code core-io-N}; listeners are
 * opened and closed by the main thread.
 */
package io.spillway.broker.listen;
