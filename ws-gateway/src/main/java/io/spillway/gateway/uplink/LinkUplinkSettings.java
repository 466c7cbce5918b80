package io.spillway.gateway.uplink;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Where the cores are and how they are reached.
 *
 * @param addresses not resolved; each is looked up anew for every attempt
 * @param tls null: plain TCP
 * @param connectTimeout for the TCP connection
 * @param reconnectMin the first pause after a link was lost or could not be had
 * @param reconnectMax pauses double up to this one; each is shortened at random by up to a half
 */
public record LinkUplinkSettings(
    List<InetSocketAddress> addresses,
    SSLContext tls,
    Duration connectTimeout,
    Duration reconnectMin,
    Duration reconnectMax) {}
