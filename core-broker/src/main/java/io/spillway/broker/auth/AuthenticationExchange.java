package io.spillway.broker.auth;

/**
 * One run of an authentication method with one client: its data comes in, ours goes out, until one
 * side is convinced or not. Used by one connection on its home, once; never blocks.
 */
public interface AuthenticationExchange {

  /**
   * Answers the client's next data, which may be empty. Not called after an answer that ends it.
   */
  AuthenticationStep next(byte[] data);
}
