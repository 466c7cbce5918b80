package io.spillway.testing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens signed with a shared secret, made by hand. */
public final class Tokens {
  public static final String SECRET = "a secret of at least thirty-two bytes";

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private Tokens() {}

  /** Ends so many seconds from now; {@code more} is JSON behind a comma, or empty. */
  public static String token(String user, long seconds, String more) {
    long expiry = System.currentTimeMillis() / 1000 + seconds;
    return signed(
        "{\"alg\":\"HS256\"}", "{\"sub\":\"" + user + "\",\"exp\":" + expiry + more + "}", SECRET);
  }

  public static String signed(String header, String claims, String secret) {
    String input = encoded(header) + "." + encoded(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return input
          + "."
          + BASE64.encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static String encoded(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
