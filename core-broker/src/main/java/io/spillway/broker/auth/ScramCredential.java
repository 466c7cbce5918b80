package io.spillway.broker.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a user's password for SCRAM-SHA-256 (RFC 5802, RFC 7677): enough to
 * recognise the user, too little to pose as one. Immutable.
 */
final class ScramCredential {
  private static final String HMAC = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final String PREFIX = EnhancedAuthentication.SCRAM_SHA_256 + "$";

  /** Fewer are too easy to try out; RFC 7677 asks for this many. */
  private static final int ITERATIONS_MIN = 4096;

  final byte[] salt;
  final int iterations;
  final byte[] storedKey;
  final byte[] serverKey;

  private ScramCredential(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    this.salt = salt;
    this.iterations = iterations;
    this.storedKey = storedKey;
    this.serverKey = serverKey;
  }

  /** Takes milliseconds by design. */
  static ScramCredential of(String password, byte[] salt, int iterations) {
    byte[] salted = salted(password, salt, iterations);
    return new ScramCredential(
        salt,
        iterations,
        sha256(hmac(salted, "Client Key".getBytes(StandardCharsets.UTF_8))),
        hmac(salted, "Server Key".getBytes(StandardCharsets.UTF_8)));
  }

  /** For a user that there isn't: the same salt each time, and nothing that fits. */
  static ScramCredential decoy(byte[] secret, String userName, int iterations) {
    byte[] salt = hmac(secret, userName.getBytes(StandardCharsets.UTF_8));
    byte[] key = hmac(secret, salt);
    return new ScramCredential(Arrays.copyOf(salt, 16), iterations, key, key);
  }

  /**
   * Reads {@code SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY}, all but the number in Base64,
   * as PostgreSQL writes it too.
   *
   * @throws IllegalArgumentException says what was expected
   */
  static ScramCredential parse(String text) {
    String[] parts = text.startsWith(PREFIX) ? text.substring(PREFIX.length()).split("[:$]") : null;
    if (parts == null || parts.length != 4) {
      throw new IllegalArgumentException(
          "expected " + PREFIX + "ITERATIONS:SALT$STOREDKEY:SERVERKEY");
    }
    int iterations = parts[0].matches("[0-9]{1,7}") ? Integer.parseInt(parts[0]) : 0;
    if (iterations < ITERATIONS_MIN) {
      throw new IllegalArgumentException(
          "iterations: " + parts[0] + " (expected: >= " + ITERATIONS_MIN + ")");
    }
    return new ScramCredential(
        decoded(parts[1], 1, "salt"),
        iterations,
        decoded(parts[2], KEY_BYTES, "stored key"),
        decoded(parts[3], KEY_BYTES, "server key"));
  }

  private static byte[] decoded(String base64, int bytesMin, String what) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    if (bytes.length < bytesMin) {
      throw new IllegalArgumentException(
          what + ": " + bytes.length + " bytes (expected: >= " + bytesMin + ")");
    }
    return bytes;
  }

  /** As {@link #parse} reads it. */
  String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return PREFIX
        + iterations
        + ":"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(storedKey)
        + ":"
        + base64.encodeToString(serverKey);
  }

  /** Whether the proof was made with the password, in constant time. */
  boolean accepts(byte[] proof, byte[] authMessage) {
    byte[] clientKey = hmac(storedKey, authMessage);
    if (proof.length != clientKey.length) {
      return false;
    }
    for (int i = 0; i < clientKey.length; i++) {
      clientKey[i] ^= proof[i];
    }
    return MessageDigest.isEqual(sha256(clientKey), storedKey);
  }

  /** What proves to the client that we know its user. */
  byte[] serverSignature(byte[] authMessage) {
    return hmac(serverKey, authMessage);
  }

  private static byte[] salted(String password, byte[] salt, int iterations) {
    // SASLprep's essence: compatible forms of a character count as the same.
    char[] prepared = Normalizer.normalize(password, Normalizer.Form.NFKC).toCharArray();
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(new PBEKeySpec(prepared, salt, iterations, 8 * KEY_BYTES))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
