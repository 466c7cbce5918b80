package io.spillway.broker.auth;

/**
 * What a CONNECT packet and its carrier say about who is there.
 *
 * @param userName null: none given
 * @param password null: none given
 * @param verifiedIdentity who the carrier already knows it is (a gateway's log-in, a certificate),
 *     null: nobody
 * @param listener the listener's name, for the log
 * @param local whether listener and client are on loopback and nobody forwarded the connection
 */
public record Login(
    String userName, byte[] password, Identity verifiedIdentity, String listener, boolean local) {}
