/**
 * The link protocol between gateway and core, both ends, over any byte transport.
 *
 * <p>Knows Netty's buffers and nothing of MQTT beyond the sizes of what it carries. One event loop
 * owns a {@link io.spillway.link.Link}, its streams and groups, and calls its listeners.
 */
package io.spillway.link;
