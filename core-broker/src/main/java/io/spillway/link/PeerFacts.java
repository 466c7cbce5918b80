package io.spillway.link;

/**
 * Who is at the other end, after a successful handshake.
 *
 * @param id the peer's configured name: gateway id or core id
 * @param instance differs with every start of the peer's process
 * @param authenticated whether the peer has proved that it knows the secret
 * @param version the protocol version in force
 * @param streamsMax how many streams may be open on this link at a time
 * @param sendCredit what this end may send on a new stream before the peer grants more, in bytes
 * @param unitBytesMax the largest unit of data that the peer takes, in bytes; a gateway takes any
 * @param groupsMax how many multicast groups the gateway keeps
 */
public record PeerFacts(
    String id,
    String instance,
    boolean authenticated,
    int version,
    int streamsMax,
    int sendCredit,
    int unitBytesMax,
    int groupsMax) {}
