/**
 * RFC 6455 for a server, on a connection that HTTP has upgraded already, and nothing about MQTT.
 *
 * <p>A {@link io.spillway.gateway.websocket.WebSocketConnection} belongs to one XNIO I/O thread for
 * life: every method is called there and every call of its {@link
 * io.spillway.gateway.websocket.WebSocketListener} comes from there. Nothing here blocks.
 *
 * <p>A message is never put together in memory: its payload is handed on in slices as they arrive,
 * so there is no limit on its length, and an idle connection holds no buffer.
 */
package io.spillway.gateway.websocket;
