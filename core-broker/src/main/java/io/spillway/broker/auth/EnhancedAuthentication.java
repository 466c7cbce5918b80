package io.spillway.broker.auth;

import io.spillway.token.TokenVerifier;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The methods of MQTT 5's enhanced authentication that are configured: SCRAM-SHA-256 where there is
 * a {@code broker.auth.scram-file}, JWT where there is {@code broker.auth.jwt}. Any thread; one per
 * broker.
 */
public final class EnhancedAuthentication {
  /** Its name as RFC 7677 registers it. */
  public static final String SCRAM_SHA_256 = "SCRAM-SHA-256";

  /** A token as the authentication data, and a new one whenever the client likes. */
  public static final String JWT = "JWT";

  /** Null: no such method. */
  private final Path scramFile;

  /** Null: no such method. */
  private final TokenVerifier tokens;

  /** Replaced as a whole by {@link #reload}; null where there is no file. */
  private volatile ScramFile scram;

  /** {@code scramFile} is null for none. */
  public EnhancedAuthentication(Path scramFile) throws FileMistake, IOException {
    this(scramFile, null);
  }

  /** So is {@code tokens}. */
  public EnhancedAuthentication(Path scramFile, TokenVerifier tokens)
      throws FileMistake, IOException {
    this.scramFile = scramFile;
    this.tokens = tokens;
    reload();
  }

  /** Reads the file again; where it has a mistake everything stays as it was. */
  public void reload() throws FileMistake, IOException {
    scram = scramFile == null ? null : ScramFile.read(scramFile);
  }

  /** Whether the file still says of somebody what it said at the log-in. */
  boolean stillSays(Identity identity) {
    ScramFile now = scram;
    return now != null && identity.entry().equals(now.entry(identity.userName()));
  }

  /** An exchange that is just beginning, or null when the method isn't offered. */
  public AuthenticationExchange begin(String method) {
    if (tokens != null && method.equals(JWT)) {
      return new TokenExchange(tokens);
    }
    ScramFile now = scram;
    return now != null && method.equals(SCRAM_SHA_256) ? new ScramExchange(now) : null;
  }
}
