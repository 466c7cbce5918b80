package io.spillway.broker.auth;

import io.spillway.mqtt.ReasonCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * SCRAM-SHA-256 as the server plays it (RFC 5802): the client names itself and a nonce, is told
 * salt and iterations, proves its password, and gets our proof. Channel binding isn't offered.
 */
final class ScramExchange implements AuthenticationExchange {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_BYTES = 18;

  private final ScramFile file;

  /** Null until the client's first message. */
  private String userName;

  private ScramCredential credential;

  /** {@code n,,} or {@code y,,}, with an authorization identity perhaps. */
  private String gs2Header;

  private String nonce;

  /** The client's first message without its header, and our answer: both are signed later. */
  private String firstMessages;

  ScramExchange(ScramFile file) {
    this.file = file;
  }

  @Override
  public AuthenticationStep next(byte[] data) {
    try {
      String message = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
      if (message.isEmpty() && userName == null) {
        return AuthenticationStep.goOn(data); // The client waits to be asked.
      }
      return userName == null ? first(message) : last(message);
    } catch (CharacterCodingException | IllegalArgumentException e) {
      return AuthenticationStep.failed(
          ReasonCode.NOT_AUTHORIZED, "not a message of SCRAM: " + e.getMessage());
    }
  }

  /** {@code n,,n=USER,r=NONCE}. */
  private AuthenticationStep first(String message) {
    int bare = message.indexOf(',', message.indexOf(',') + 1) + 1;
    gs2Header = message.substring(0, bare);
    if (!gs2Header.startsWith("n,") && !gs2Header.startsWith("y,")) {
      throw new IllegalArgumentException("channel binding isn't offered");
    }
    String[] attributes = message.substring(bare).split(",", -1);
    String name = value(attributes, 0, "n=").replace("=2C", ",").replace("=3D", "=");
    String clientNonce = value(attributes, 1, "r=");
    if (name.isEmpty() || clientNonce.isEmpty()) {
      throw new IllegalArgumentException("empty user name or nonce");
    }

    byte[] random = new byte[NONCE_BYTES];
    RANDOM.nextBytes(random);
    Base64.Encoder base64 = Base64.getEncoder();
    userName = name;
    credential = file.credential(name);
    nonce = clientNonce + base64.encodeToString(random);
    String answer =
        "r="
            + nonce
            + ",s="
            + base64.encodeToString(credential.salt)
            + ",i="
            + credential.iterations;
    firstMessages = message.substring(bare) + "," + answer;
    return AuthenticationStep.goOn(answer.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code c=HEADER,r=NONCE,p=PROOF}. */
  private AuthenticationStep last(String message) {
    int proofAt = message.lastIndexOf(",p=");
    if (proofAt < 0) {
      throw new IllegalArgumentException("no proof");
    }
    String withoutProof = message.substring(0, proofAt);
    String[] attributes = withoutProof.split(",", -1);
    Base64.Decoder base64 = Base64.getDecoder();
    String header = new String(base64.decode(value(attributes, 0, "c=")), StandardCharsets.UTF_8);
    byte[] proof = base64.decode(message.substring(proofAt + 3));
    byte[] authMessage = (firstMessages + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
    boolean proven = credential.accepts(proof, authMessage) & file.knows(userName);
    if (!proven || !header.equals(gs2Header) || !value(attributes, 1, "r=").equals(nonce)) {
      return AuthenticationStep.failed(
          ReasonCode.NOT_AUTHORIZED,
          "user " + userName + " is unknown or the password is wrong (broker.auth.scram-file)");
    }
    String answer =
        "v=" + Base64.getEncoder().encodeToString(credential.serverSignature(authMessage));
    return AuthenticationStep.success(
        answer.getBytes(StandardCharsets.UTF_8), Identity.of(userName, file.entry(userName)));
  }

  private static String value(String[] attributes, int index, String name) {
    if (index >= attributes.length || !attributes[index].startsWith(name)) {
      throw new IllegalArgumentException("no " + name);
    }
    return attributes[index].substring(name.length());
  }
}
