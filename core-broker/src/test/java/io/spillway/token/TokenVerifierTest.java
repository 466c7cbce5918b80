package io.spillway.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.spillway.testing.Tokens;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenVerifierTest {
  @TempDir Path directory;

  @Test
  void aSharedSecretVerifiesItsTokens() throws Exception {
    try (TokenVerifier verifier = TokenVerifier.start(settings(null, Tokens.SECRET, null))) {
      Token token =
          verifier.verify(Tokens.token("ann", 60, ",\"acl\":{\"pub\":[\"a/%c\"],\"sub\":[\"b\"]}"));

      assertEquals("ann", token.user());
      assertEquals(List.of("write a/%c", "read b"), token.rights());
      assertNull(verifier.verify(Tokens.token("ann", 60, "")).rights());
      assertRefused(verifier, Tokens.token("ann", -60, ""), "the token has expired at");
      assertRefused(verifier, Tokens.token("", 60, ""), "no claim sub with a name");
      assertRefused(verifier, Tokens.token("ann", 60, ",\"nbf\":9999999999"), "isn't valid before");
      assertRefused(verifier, Tokens.token("ann", 60, ",\"acl\":[]"), "acl isn't an object");
      assertRefused(verifier, changed(Tokens.token("ann", 60, "")), "no key verifies");
      assertRefused(
          verifier,
          Tokens.signed("{\"alg\":\"HS256\"}", "{\"sub\":\"ann\"}", Tokens.SECRET),
          "no time of expiry (exp)");
      assertRefused(
          verifier,
          Tokens.signed("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", "{}", Tokens.SECRET),
          "no key verifies");
      assertRefused(verifier, "eyJ.x.y", "can't be read");
      assertRefused(verifier, "x".repeat(20_000), "more than 16384 characters");
    }
  }

  @Test
  void aTokenWithoutASignatureIsNone() throws Exception {
    String claims = Tokens.encoded("{\"sub\":\"ann\",\"exp\":9999999999}");
    try (TokenVerifier verifier = TokenVerifier.start(settings(null, Tokens.SECRET, null))) {
      for (String header : List.of("{\"alg\":\"none\"}", "{\"alg\":\"None\"}", "{}")) {
        String token = Tokens.encoded(header) + "." + claims + ".";
        assertThrows(TokenException.class, () -> verifier.verify(token), header);
      }
    }
  }

  @Test
  void publicKeysOfAFileVerifyRsaEcAndEd25519() throws Exception {
    KeyPair rsa = pair("RSA", null);
    KeyPair ec = pair("EC", "secp256r1");
    KeyPair ed = pair("Ed25519", null);
    RSAKey rsaKey = new RSAKey.Builder((RSAPublicKey) rsa.getPublic()).keyID("r").build();
    ECKey ecKey = new ECKey.Builder(Curve.P_256, (ECPublicKey) ec.getPublic()).keyID("e").build();
    String edX = Base64.getUrlEncoder().withoutPadding().encodeToString(last32(ed));
    String keys =
        "{\"keys\":["
            + rsaKey.toJSONString()
            + ","
            + ecKey.toJSONString()
            + ",{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"o\",\"x\":\""
            + edX
            + "\"}]}";
    Path file = Files.writeString(directory.resolve("keys"), keys);

    try (TokenVerifier verifier = TokenVerifier.start(settings(file, null, null))) {
      for (JWSAlgorithm algorithm :
          List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS384, JWSAlgorithm.RS512)) {
        String token = token(algorithm, "r", new RSASSASigner(rsa.getPrivate()));
        assertEquals("ann", verifier.verify(token).user());
      }
      JWSSigner ecSigner = new ECDSASigner((ECPrivateKey) ec.getPrivate());
      assertEquals("ann", verifier.verify(token(JWSAlgorithm.ES256, "e", ecSigner)).user());
      assertEquals("ann", verifier.verify(edToken(ed)).user());
      assertRefused(verifier, changed(edToken(ed)), "no key verifies");
      assertRefused(
          verifier, token(JWSAlgorithm.ES256, "x", ecSigner), "no key verifies the token's");

      // A public key is known to everybody, so it must not count as a secret.
      String pem = rsaKey.toJSONString();
      String forged =
          Tokens.signed(
              "{\"alg\":\"HS256\",\"kid\":\"r\"}", "{\"sub\":\"ann\",\"exp\":9999999999}", pem);
      assertRefused(verifier, forged, "no key verifies");
    }
  }

  @Test
  void issuerAndAudienceAreCompared() throws Exception {
    TokenSettings settings =
        new TokenSettings(
            null,
            null,
            Tokens.SECRET,
            Duration.ofMinutes(5),
            "us",
            "mqtt",
            Duration.ofSeconds(30),
            "sub");
    try (TokenVerifier verifier = TokenVerifier.start(settings)) {
      verifier.verify(Tokens.token("ann", -20, ",\"iss\":\"us\",\"aud\":[\"web\",\"mqtt\"]"));
      assertRefused(verifier, Tokens.token("ann", 60, ",\"aud\":\"mqtt\""), "issued by nobody");
      assertRefused(
          verifier, Tokens.token("ann", 60, ",\"iss\":\"us\",\"aud\":\"web\""), "audience");
    }
  }

  @Test
  void keysAreFetchedFromAUrl() throws Exception {
    KeyPair ec = pair("EC", "secp256r1");
    ECKey key = new ECKey.Builder(Curve.P_256, (ECPublicKey) ec.getPublic()).keyID("e").build();
    byte[] keys = ("{\"keys\":[" + key.toJSONString() + "]}").getBytes(StandardCharsets.UTF_8);
    HttpServer issuer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/keys",
        exchange -> {
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    issuer.start();
    URI url = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
    String token = token(JWSAlgorithm.ES256, "e", new ECDSASigner((ECPrivateKey) ec.getPrivate()));
    try (TokenVerifier verifier = TokenVerifier.start(settings(null, null, url))) {
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (!isAccepted(verifier, token)) {
        assertTrue(System.nanoTime() < deadline, "the keys weren't fetched in time");
        Thread.yield();
      }
    } finally {
      issuer.stop(0);
    }
  }

  private static boolean isAccepted(TokenVerifier verifier, String token) {
    try {
      return verifier.verify(token).user().equals("ann");
    } catch (TokenException e) {
      return false;
    }
  }

  private static TokenSettings settings(Path file, String secret, URI url) {
    return new TokenSettings(
        file, url, secret, Duration.ofMinutes(5), null, null, Duration.ZERO, "sub");
  }

  private static KeyPair pair(String algorithm, String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (curve != null) {
      generator.initialize(new ECGenParameterSpec(curve));
    }
    return generator.generateKeyPair();
  }

  private static byte[] last32(KeyPair pair) {
    byte[] encoded = pair.getPublic().getEncoded();
    return java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
  }

  private static String token(JWSAlgorithm algorithm, String keyId, JWSSigner signer)
      throws Exception {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(algorithm).keyID(keyId).build(),
            new JWTClaimsSet.Builder()
                .subject("ann")
                .expirationTime(new Date(System.currentTimeMillis() + 60_000))
                .build());
    token.sign(signer);
    return token.serialize();
  }

  private static String edToken(KeyPair pair) throws Exception {
    String input =
        Tokens.encoded("{\"alg\":\"EdDSA\",\"kid\":\"o\"}")
            + "."
            + Tokens.encoded("{\"sub\":\"ann\",\"exp\":9999999999}");
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
  }

  /** With one character of its claims changed. */
  private static String changed(String token) {
    int at = token.indexOf('.') + 12;
    char other = token.charAt(at) == 'A' ? 'B' : 'A';
    return token.substring(0, at) + other + token.substring(at + 1);
  }

  private static void assertRefused(TokenVerifier verifier, String token, String words) {
    String message = assertThrows(TokenException.class, () -> verifier.verify(token)).getMessage();
    boolean unreadable =
        message.equals("the token can't be read") && words.equals("no key verifies");
    assertTrue(message.contains(words) || unreadable, message);
  }
}
