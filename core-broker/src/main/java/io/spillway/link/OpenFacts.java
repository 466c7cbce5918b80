package io.spillway.link;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;

/**
 * What the gateway knows about a client when it opens a stream for it. Immutable.
 *
 * @param remoteAddress the client's own address, already resolved from trusted forwarding headers
 * @param forwarded whether a forwarding header or PROXY protocol was present, trusted or not
 * @param listenerName the gateway's listener, for instance {@code http}
 * @param listenerAddress where that listener is bound; null: unknown
 * @param tls null: the client's connection isn't encrypted
 * @param path the upgrade request's path without its query; empty: unknown
 * @param host the Host header; empty: none
 * @param origin the Origin header; empty: none
 * @param subprotocol the agreed WebSocket subprotocol
 * @param headers chosen request headers, in order
 * @param identity established at the upgrade; null: none
 */
public record OpenFacts(
    InetSocketAddress remoteAddress,
    boolean forwarded,
    String listenerName,
    InetSocketAddress listenerAddress,
    Tls tls,
    String path,
    String host,
    String origin,
    String subprotocol,
    List<Header> headers,
    Identity identity) {

  public OpenFacts {
    Objects.requireNonNull(remoteAddress, "remoteAddress");
    Objects.requireNonNull(remoteAddress.getAddress(), "remoteAddress must be resolved");
    Objects.requireNonNull(listenerName, "listenerName");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(subprotocol, "subprotocol");
    headers = List.copyOf(headers);
  }

  /** The least that can be said about a client. */
  public static OpenFacts of(
      InetSocketAddress remoteAddress, String listenerName, InetSocketAddress listenerAddress) {
    return new OpenFacts(
        remoteAddress,
        false,
        listenerName,
        listenerAddress,
        null,
        "",
        "",
        "",
        "mqtt",
        List.of(),
        null);
  }

  /**
   * The encryption of the client's connection.
   *
   * @param protocol for instance {@code TLSv1.3}
   * @param serverName the name that the client asked for (SNI); empty: none
   * @param certificate the client's verified certificate; null: none
   */
  public record Tls(
      String protocol, String cipherSuite, String serverName, Certificate certificate) {
    public Tls {
      Objects.requireNonNull(protocol, "protocol");
      Objects.requireNonNull(cipherSuite, "cipherSuite");
      Objects.requireNonNull(serverName, "serverName");
    }
  }

  /**
   * A client certificate that the gateway has verified.
   *
   * @param subject the distinguished name as in RFC 2253
   * @param issuer likewise
   * @param serialNumber hexadecimal
   * @param fingerprint SHA-256 of the encoded certificate, hexadecimal
   */
  public record Certificate(
      String subject, String issuer, String serialNumber, String fingerprint) {
    public Certificate {
      Objects.requireNonNull(subject, "subject");
      Objects.requireNonNull(issuer, "issuer");
      Objects.requireNonNull(serialNumber, "serialNumber");
      Objects.requireNonNull(fingerprint, "fingerprint");
    }
  }

  /** One request header. */
  public record Header(String name, String value) {
    public Header {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(value, "value");
    }
  }

  /**
   * Who the client is, as established at the upgrade.
   *
   * @param user what counts as the user name
   * @param method how it was established, for instance {@code jwt} or {@code certificate}
   * @param expiresAt when it ends, in epoch milliseconds; {@code Long.MAX_VALUE}: never
   * @param rights what it allows, each such as {@code read a/#}; null: the core decides
   */
  public record Identity(String user, String method, long expiresAt, List<String> rights) {
    public Identity {
      Objects.requireNonNull(user, "user");
      Objects.requireNonNull(method, "method");
      if (expiresAt < 0) {
        throw new IllegalArgumentException("expiresAt: " + expiresAt + " (expected: >= 0)");
      }
      rights = rights == null ? null : List.copyOf(rights);
    }
  }
}
