package io.spillway.gateway.http;

import io.spillway.limits.AddressSettings;
import io.spillway.token.TokenSettings;
import java.util.List;

/**
 * Who may open a WebSocket, and how many.
 *
 * @param connectionsMax WebSockets in all; Integer.MAX_VALUE: no limit
 * @param addresses limits of one address, failed log-ins included
 * @param memoryGuard percent; 0: none
 * @param tokens which are believed; null: none is looked for
 * @param tokenRequired whether an upgrade without one is refused
 * @param tokenFrom where a token is looked for, in this order
 * @param tokenName of the cookie and of the query's parameter
 */
public record AdmissionSettings(
    int connectionsMax,
    AddressSettings addresses,
    int memoryGuard,
    TokenSettings tokens,
    boolean tokenRequired,
    List<TokenSource> tokenFrom,
    String tokenName) {

  /** Everybody, as many as come. */
  public static final AdmissionSettings OPEN =
      new AdmissionSettings(
          Integer.MAX_VALUE, AddressSettings.NONE, 0, null, false, List.of(), "token");

  /** Where in an upgrade request. */
  public enum TokenSource {
    AUTHORIZATION,
    COOKIE,
    QUERY
  }
}
