/**
 * Packets in, packets out, for one client's Network Connection, whatever carries it: {@link
 * io.spillway.broker.connection.Carrier} is a socket or a link's stream, {@link
 * io.spillway.broker.connection.MqttConnection} is all the rest, with a processor class per packet
 * and one exit door for everything that ends it.
 *
 * <p>Doesn't know how bytes come and go, or how messages are routed. The carrier's event loop,
 * which is the connection's home, runs all of it.
 */
package io.spillway.broker.connection;
