package io.spillway.gateway.uplink;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Where the brokers are and how they are reached.
 *
 * @param addresses not resolved; tried in turn
 * @param tls null: plain TCP
 * @param connectTimeout for the TCP connection
 * @param reconnectMin the first pause after a broker could not be reached
 * @param reconnectMax pauses double up to this one; each is shortened at random by up to a half
 * @param poolSize connections per I/O thread that are open before a browser needs them
 * @param proxyProtocol whether a connection begins with a PROXY header, version 2
 */
public record PlainUplinkSettings(
    List<InetSocketAddress> addresses,
    SSLContext tls,
    Duration connectTimeout,
    Duration reconnectMin,
    Duration reconnectMax,
    int poolSize,
    boolean proxyProtocol) {}
