package io.spillway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;

/**
 * Verifies tokens: RS, PS, ES, EdDSA with Ed25519, and HS. The kind of the key decides which
 * algorithms it verifies, never the token alone. One per process and configuration, from start to
 * close; any thread.
 */
public final class TokenVerifier implements AutoCloseable {
  private static final int LENGTH_MAX = 16 * 1024;
  private static final int RIGHTS_MAX = 1000;

  private final TokenSettings settings;
  private final TokenKeys keys;

  private TokenVerifier(TokenSettings settings, TokenKeys keys) {
    this.settings = settings;
    this.keys = keys;
  }

  /**
   * Reads the keys; those of a URL are fetched, and fetched again later where that fails.
   *
   * @throws IOException says what is wrong with the file
   */
  public static TokenVerifier start(TokenSettings settings) throws IOException {
    return new TokenVerifier(settings, TokenKeys.start(settings));
  }

  /** Reads the file of keys again; where it has a mistake everything stays as it was. */
  public void reload() throws IOException {
    keys.reload();
  }

  /** What is wrong with the file of keys; null: nothing. */
  public static String mistake(TokenSettings settings) {
    try {
      TokenKeys.read(settings.keysFile());
      return null;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  /** Whether a text looks like a signed token, so that it isn't taken for a password. */
  public static boolean isToken(String text) {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    return text.startsWith("eyJ") && second > 0 && text.indexOf('.', second + 1) < 0;
  }

  /** Reads and verifies a token. */
  public Token verify(String text) throws TokenException {
    if (text.length() > LENGTH_MAX) {
      throw new TokenException("the token has more than " + LENGTH_MAX + " characters");
    }
    try {
      SignedJWT token = SignedJWT.parse(text);
      checkSignature(token);
      JWTClaimsSet claims = token.getJWTClaimsSet();
      return new Token(user(claims), expiresAt(claims), rights(claims));
    } catch (ParseException | IllegalArgumentException e) {
      throw new TokenException("the token can't be read");
    }
  }

  private void checkSignature(SignedJWT token) throws TokenException {
    JWSHeader header = token.getHeader();
    for (JWK key : keys.candidates(header.getKeyID())) {
      if (verifies(key, token)) {
        return;
      }
    }
    throw new TokenException(
        "no key verifies the token's signature ("
            + header.getAlgorithm().getName()
            + (header.getKeyID() == null ? "" : ", key " + shown(header.getKeyID()))
            + ")");
  }

  private static boolean verifies(JWK key, SignedJWT token) {
    JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
    boolean forThis =
        (key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm))
            && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE));
    try {
      JWSVerifier verifier = forThis ? verifier(key, algorithm) : null;
      return verifier != null
          && verifier.supportedJWSAlgorithms().contains(algorithm)
          && token.verify(verifier);
    } catch (JOSEException e) {
      return false;
    }
  }

  /** Null where the key can't verify such a signature. */
  private static JWSVerifier verifier(JWK key, JWSAlgorithm algorithm) throws JOSEException {
    if (key instanceof RSAKey rsa) {
      return new RSASSAVerifier(rsa);
    }
    if (key instanceof ECKey ec) {
      return new ECDSAVerifier(ec);
    }
    if (key instanceof OctetKeyPair pair) {
      return Ed25519.verifier(pair);
    }
    // A secret is never compared with anything but a MAC, so no public key is taken for one.
    boolean mac = JWSAlgorithm.Family.HMAC_SHA.contains(algorithm);
    return key instanceof OctetSequenceKey secret && mac ? new MACVerifier(secret) : null;
  }

  private String user(JWTClaimsSet claims) throws TokenException {
    Object user = claims.getClaim(settings.userClaim());
    if (!(user instanceof String name) || name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new TokenException("the token has no claim " + settings.userClaim() + " with a name");
    }
    if (settings.issuer() != null && !settings.issuer().equals(claims.getIssuer())) {
      throw new TokenException(
          "the token is issued by " + shown(claims.getIssuer()) + ", not " + settings.issuer());
    }
    if (settings.audience() != null && !claims.getAudience().contains(settings.audience())) {
      throw new TokenException("the token's audience doesn't hold " + settings.audience());
    }
    return name;
  }

  private long expiresAt(JWTClaimsSet claims) throws TokenException {
    long now = System.currentTimeMillis();
    long skew = settings.clockSkew().toMillis();
    Date expiry = claims.getExpirationTime();
    if (expiry == null) {
      throw new TokenException("the token has no time of expiry (exp)");
    }
    if (expiry.getTime() + skew <= now) {
      throw new TokenException("the token has expired at " + expiry.toInstant());
    }
    Date notBefore = claims.getNotBeforeTime();
    if (notBefore != null && notBefore.getTime() - skew > now) {
      throw new TokenException("the token isn't valid before " + notBefore.toInstant());
    }
    return expiry.getTime() + skew;
  }

  /** {@code "acl": {"pub": [filters], "sub": [filters], "all": [filters]}}. */
  private static List<String> rights(JWTClaimsSet claims) throws TokenException {
    Object acl = claims.getClaim("acl");
    if (acl == null) {
      return null;
    }
    if (!(acl instanceof Map<?, ?> lists)) {
      throw new TokenException("the token's claim acl isn't an object");
    }
    List<String> rights = new ArrayList<>();
    add(rights, "write", lists.get("pub"));
    add(rights, "read", lists.get("sub"));
    add(rights, "readwrite", lists.get("all"));
    if (rights.size() > RIGHTS_MAX) {
      throw new TokenException("the token's claim acl has over " + RIGHTS_MAX + " filters");
    }
    return List.copyOf(rights);
  }

  private static void add(List<String> rights, String word, Object filters) throws TokenException {
    if (filters == null) {
      return;
    }
    if (!(filters instanceof List<?> list)) {
      throw new TokenException("the token's claim acl holds something else than lists");
    }
    for (Object filter : list) {
      if (!(filter instanceof String text) || text.isEmpty() || text.indexOf('\n') >= 0) {
        throw new TokenException("the token's claim acl holds something else than filters");
      }
      rights.add(word + " " + text);
    }
  }

  private static String shown(String text) {
    String shown = text == null ? "nobody" : text.replaceAll("[^ -~]", "?");
    return shown.length() > 64 ? shown.substring(0, 64) + "..." : shown;
  }

  @Override
  public void close() {
    keys.close();
  }
}
