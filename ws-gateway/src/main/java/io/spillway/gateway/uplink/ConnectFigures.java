package io.spillway.gateway.uplink;

/**
 * How attempts to reach one core or broker ended.
 *
 * @param server its host and port
 * @param connected links, or TCP connections to a broker, that came about
 * @param failed attempts that didn't
 */
public record ConnectFigures(String server, long connected, long failed) {}
