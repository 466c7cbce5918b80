package io.spillway.broker.auth;

import io.spillway.mqtt.ReasonCode;
import io.spillway.token.Token;
import io.spillway.token.TokenException;
import io.spillway.token.TokenVerifier;
import java.nio.charset.StandardCharsets;

/** Enhanced authentication with a token: the client sends it, and that is all. */
final class TokenExchange implements AuthenticationExchange {
  private static final byte[] NONE = {};

  private final TokenVerifier tokens;

  TokenExchange(TokenVerifier tokens) {
    this.tokens = tokens;
  }

  /** A signature: a fraction of a millisecond, but as often as anybody likes to ask. */
  @Override
  public boolean isCostly() {
    return true;
  }

  @Override
  public AuthenticationStep next(byte[] data) {
    if (data.length == 0) {
      return AuthenticationStep.goOn(data); // The client waits to be asked.
    }
    try {
      Token token = tokens.verify(new String(data, StandardCharsets.US_ASCII));
      return AuthenticationStep.success(
          NONE, new Identity(token.user(), token.expiresAt(), token.rights()));
    } catch (TokenException e) {
      return AuthenticationStep.failed(
          ReasonCode.NOT_AUTHORIZED, e.getMessage() + " (broker.auth.jwt)");
    }
  }
}
