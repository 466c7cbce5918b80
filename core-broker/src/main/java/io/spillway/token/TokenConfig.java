package io.spillway.token;

import io.spillway.process.Settings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Reads {@code auth.jwt} of either role. Stateless. */
public final class TokenConfig {
  private TokenConfig() {}

  /** Null where there are no keys, so that no token is believed. */
  public static TokenSettings read(Settings jwt) {
    Path file = jwt.file("keys-file").orElse(null);
    URI url = jwt.optionalText("keys-url").map(text -> url(jwt, text)).orElse(null);
    String secret = jwt.secret("secret", "secret-file").orElse(null);
    if (secret != null
        && secret.getBytes(StandardCharsets.UTF_8).length < TokenSettings.SECRET_BYTES_MIN) {
      jwt.mistake("secret", "at least " + TokenSettings.SECRET_BYTES_MIN + " bytes");
      return null;
    }
    if (file == null && url == null && secret == null) {
      return null;
    }
    return new TokenSettings(
        file,
        url,
        secret,
        jwt.duration("keys-refresh", Duration.ofSeconds(10), Duration.ofDays(1)),
        jwt.optionalText("issuer").orElse(null),
        jwt.optionalText("audience").orElse(null),
        jwt.duration("clock-skew", Duration.ZERO, Duration.ofHours(1)),
        jwt.text("user-claim"));
  }

  /** Keys that somebody on the way could have changed are none, so plain HTTP is for loopback. */
  private static URI url(Settings jwt, String text) {
    try {
      URI url = URI.create(text);
      boolean https = "https".equals(url.getScheme()) && url.getHost() != null;
      boolean near =
          "http".equals(url.getScheme())
              && url.getHost() != null
              && InetAddress.getByName(url.getHost()).isLoopbackAddress();
      if (https || near) {
        return url;
      }
    } catch (IllegalArgumentException | UnknownHostException e) {
      // Said below.
    }
    jwt.mistake("keys-url", "a URL with https, or with http on loopback");
    return null;
  }
}
