/**
 * The MQTT standard's words: topic names and filters, reason codes, Application Messages, the
 * packet cutter and the codec's fast path. Knows the JDK, Netty's buffers and netty-codec-mqtt;
 * nothing of sessions, links or sockets. Everything here is a pure function or an immutable value
 * and may be used from any thread.
 */
package io.spillway.mqtt;
