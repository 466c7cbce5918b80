package io.spillway.token;

/** Why a token isn't believed, in words that hold nothing of the token but names and times. */
public final class TokenException extends Exception {
  TokenException(String message) {
    super(message, null, false, false);
  }
}
