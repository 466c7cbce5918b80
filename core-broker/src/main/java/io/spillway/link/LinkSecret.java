package io.spillway.link;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that gateway and core share. Immutable, any thread. Never prints itself.
 *
 * <p>It proves identity and hides nothing: whoever records a handshake can try secrets against it
 * at leisure, so it should be long and random (32 bytes from a generator).
 */
public final class LinkSecret {
  private final SecretKeySpec key;

  private LinkSecret(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("link secret: empty (expected: at least one byte)");
    }
    key = new SecretKeySpec(bytes, "HmacSHA256");
  }

  /** A secret from the UTF-8 form of a text. */
  public static LinkSecret of(String text) {
    return new LinkSecret(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A secret from bytes, which are copied. */
  public static LinkSecret of(byte[] bytes) {
    return new LinkSecret(bytes.clone());
  }

  /** HMAC-SHA256 of a label, a zero byte and a transcript's hash. */
  byte[] proof(String label, byte[] transcriptHash) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(label.getBytes(StandardCharsets.US_ASCII));
      mac.update((byte) 0);
      return mac.doFinal(transcriptHash);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "LinkSecret[hidden]";
  }
}
