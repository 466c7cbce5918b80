package io.spillway.broker.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * One stored password as {@code mosquitto_passwd} writes it. Immutable, any thread; {@link
 * #matches} takes milliseconds by design and does not belong on an event loop.
 */
sealed interface PasswordHash {

  /** The limit keeps a mistyped file from occupying a core for minutes per log-in. */
  int ITERATIONS_MAX = 10_000_000;

  /** What {@link #hashed} uses: some 50 ms. Mosquitto's own 101 are few by today's measure. */
  int ITERATIONS_NEW = 50_000;

  /** Compares in a time that does not depend on how much of the hash is right. */
  boolean matches(byte[] password);

  /**
   * Reads what stands behind {@code user:}.
   *
   * @throws IllegalArgumentException with what was expected; it never holds the hash itself
   */
  static PasswordHash parse(String text) {
    String[] parts = text.split("\\$", -1);
    if (parts.length < 3 || !parts[0].isEmpty()) {
      throw new IllegalArgumentException(
          "expected a hashed password ($6$, $7$ or $argon2id$); mosquitto_passwd -U hashes a plain"
              + " file");
    }
    return switch (parts[1]) {
      case "6" -> Sha512.of(parts);
      case "7" -> Pbkdf2.of(parts);
      case "argon2id" -> Argon2id.of(parts);
      default ->
          throw new IllegalArgumentException(
              "unknown hash type $" + parts[1] + "$ (expected $6$, $7$ or $argon2id$)");
    };
  }

  private static byte[] base64(String text, String what) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the " + what + " is not Base64");
    }
    if (bytes.length == 0) {
      throw new IllegalArgumentException("the " + what + " is empty");
    }
    return bytes;
  }

  private static byte[] sha512Hash(String text) {
    byte[] hash = base64(text, "hash");
    if (hash.length != 64) {
      throw new IllegalArgumentException("the hash has " + hash.length + " bytes (expected 64)");
    }
    return hash;
  }

  /**
   * {@code $6$SALT$HASH}: one round of SHA-512 over the password and the salt; this is not crypt.
   */
  record Sha512(byte[] salt, byte[] hash) implements PasswordHash {
    static Sha512 of(String[] parts) {
      if (parts.length != 4) {
        throw new IllegalArgumentException("expected $6$SALT$HASH");
      }
      return new Sha512(base64(parts[2], "salt"), sha512Hash(parts[3]));
    }

    @Override
    public boolean matches(byte[] password) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-512");
        digest.update(password);
        digest.update(salt);
        return MessageDigest.isEqual(digest.digest(), hash);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has SHA-512", e);
      }
    }
  }

  /** {@code $7$ITERATIONS$SALT$HASH}: PBKDF2 with HMAC-SHA-512, one block. */
  record Pbkdf2(int iterations, byte[] salt, byte[] hash) implements PasswordHash {
    static Pbkdf2 of(String[] parts) {
      if (parts.length != 5) {
        throw new IllegalArgumentException("expected $7$ITERATIONS$SALT$HASH");
      }
      int iterations;
      try {
        iterations = Integer.parseInt(parts[2]);
      } catch (NumberFormatException e) {
        iterations = 0;
      }
      if (iterations < 1 || iterations > ITERATIONS_MAX) {
        throw new IllegalArgumentException(
            "iterations " + parts[2] + " (expected: 1 to " + ITERATIONS_MAX + ")");
      }
      return new Pbkdf2(iterations, base64(parts[3], "salt"), sha512Hash(parts[4]));
    }

    @Override
    public boolean matches(byte[] password) {
      return MessageDigest.isEqual(derive(password), hash);
    }

    /**
     * The first block of PBKDF2, which is all there is of it with a 64-byte hash. The platform's
     * own factory takes characters and encodes them its own way; passwords in MQTT are bytes.
     */
    byte[] derive(byte[] password) {
      try {
        Mac mac = Mac.getInstance("HmacSHA512");
        // A key of one zero byte is padded with zeros, so it stands for the empty key.
        mac.init(new SecretKeySpec(password.length == 0 ? new byte[1] : password, "HmacSHA512"));
        mac.update(salt);
        mac.update(new byte[] {0, 0, 0, 1});
        byte[] round = mac.doFinal();
        byte[] derived = round.clone();
        for (int i = 1; i < iterations; i++) {
          mac.update(round);
          mac.doFinal(round, 0);
          for (int k = 0; k < derived.length; k++) {
            derived[k] ^= round[k];
          }
        }
        return derived;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has HmacSHA512", e);
      }
    }
  }

  /**
   * {@code $argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH}, Base64 without padding, as Mosquitto
   * 2.1 and most other programs write it.
   */
  record Argon2id(int kibibytes, int passes, int lanes, byte[] salt, byte[] hash)
      implements PasswordHash {
    private static final Pattern COST = Pattern.compile("m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})");

    /** A mistyped file must not cost a gigabyte per log-in. */
    private static final int KIBIBYTES_MAX = 256 * 1024;

    static Argon2id of(String[] parts) {
      Matcher cost = parts.length == 6 ? COST.matcher(parts[3]) : null;
      if (cost == null || !cost.matches() || !parts[2].equals("v=19")) {
        throw new IllegalArgumentException(
            "expected $argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH");
      }
      Argon2id hash =
          new Argon2id(
              Integer.parseInt(cost.group(1)),
              Integer.parseInt(cost.group(2)),
              Integer.parseInt(cost.group(3)),
              base64(parts[4], "salt"),
              base64(parts[5], "hash"));
      if (hash.kibibytes < 8 * hash.lanes || hash.kibibytes > KIBIBYTES_MAX) {
        throw new IllegalArgumentException(
            "m=" + hash.kibibytes + " (expected: 8 per lane to " + KIBIBYTES_MAX + ")");
      }
      if (hash.passes < 1 || hash.lanes < 1 || hash.hash.length < 4) {
        throw new IllegalArgumentException("expected t >= 1, p >= 1 and a hash of >= 4 bytes");
      }
      return hash;
    }

    @Override
    public boolean matches(byte[] password) {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(kibibytes)
              .withIterations(passes)
              .withParallelism(lanes)
              .withSalt(salt)
              .build());
      byte[] derived = new byte[hash.length];
      generator.generateBytes(password, derived);
      return MessageDigest.isEqual(derived, hash);
    }
  }

  /** A new {@code $7$} hash as mosquitto_passwd writes it, with a salt of its own. */
  static String hashed(byte[] password) {
    byte[] salt = new byte[12];
    new SecureRandom().nextBytes(salt);
    Pbkdf2 blank = new Pbkdf2(ITERATIONS_NEW, salt, new byte[64]);
    Base64.Encoder base64 = Base64.getEncoder();
    return "$7$"
        + ITERATIONS_NEW
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(blank.derive(password));
  }

  /** Something to compare with when the user is unknown, so that the answer takes as long. */
  static PasswordHash decoy() {
    byte[] nothing = "decoy".getBytes(StandardCharsets.US_ASCII);
    return new Pbkdf2(101, nothing, new byte[64]);
  }
}
