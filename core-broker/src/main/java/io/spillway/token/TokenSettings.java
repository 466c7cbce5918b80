package io.spillway.token;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Which tokens are believed. Keys come from any of the three.
 *
 * @param keysFile a JWK Set; null: none
 * @param keysUrl where a JWK Set is fetched; null: none
 * @param secret shared with the issuer, for HS256 to HS512; null: none
 * @param keysRefresh how often {@code keysUrl} is fetched again
 * @param issuer that {@code iss} must be; null: any
 * @param audience that {@code aud} must hold; null: any
 * @param clockSkew by which the issuer's clock and ours may differ
 * @param userClaim the claim that names the user
 */
public record TokenSettings(
    Path keysFile,
    URI keysUrl,
    String secret,
    Duration keysRefresh,
    String issuer,
    String audience,
    Duration clockSkew,
    String userClaim) {

  /** Shorter ones can be tried out; RFC 7518, 3.2. */
  public static final int SECRET_BYTES_MIN = 32;

  @Override
  public String toString() {
    return "TokenSettings[keysFile=" + keysFile + ", keysUrl=" + keysUrl + "]";
  }
}
