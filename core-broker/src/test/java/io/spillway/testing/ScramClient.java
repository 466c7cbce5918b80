package io.spillway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Assertions;

/** The client's side of SCRAM-SHA-256, written from the RFC and not from the server's. */
public final class ScramClient {
  private static final String NONCE = "fyko+d2lbbFgONRv9qkxdawL";

  private final String user;
  private final String password;
  private byte[] expectedSignature;

  public ScramClient(String user, String password) {
    this.user = user;
    this.password = password;
  }

  public byte[] first() {
    return ("n,,n=" + user + ",r=" + NONCE).getBytes(UTF_8);
  }

  /** The proof, for what the server asked. */
  public byte[] last(byte[] serverFirst) {
    String asked = new String(serverFirst, UTF_8);
    String[] parts = asked.split(",");
    Assertions.assertTrue(parts[0].startsWith("r=" + NONCE), asked);
    byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
    int iterations = Integer.parseInt(parts[2].substring(2));
    String withoutProof = "c=biws," + parts[0];
    byte[] message =
        ("n=" + user + ",r=" + NONCE + "," + asked + "," + withoutProof).getBytes(UTF_8);
    try {
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
              .getEncoded();
      byte[] clientKey = hmac(salted, "Client Key".getBytes(UTF_8));
      byte[] stored = MessageDigest.getInstance("SHA-256").digest(clientKey);
      byte[] proof = hmac(stored, message);
      for (int i = 0; i < proof.length; i++) {
        proof[i] ^= clientKey[i];
      }
      expectedSignature = hmac(hmac(salted, "Server Key".getBytes(UTF_8)), message);
      return (withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof)).getBytes(UTF_8);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The server has proven that it knows the user. */
  public void verify(byte[] serverLast) {
    Assertions.assertEquals(
        "v=" + Base64.getEncoder().encodeToString(expectedSignature),
        new String(serverLast, UTF_8));
  }

  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }
}
