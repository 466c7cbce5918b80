package io.spillway.broker.auth;

/**
 * One run of an authentication method with one client: its data comes in, ours goes out, until one
 * side is convinced or not. Used by one connection, once, by one thread at a time: its home, or
 * where that would take long one of those that hash passwords. Never blocks.
 */
public interface AuthenticationExchange {

  /**
   * Answers the client's next data, which may be empty. Not called after an answer that ends it.
   */
  AuthenticationStep next(byte[] data);

  /** Whether {@link #next} computes for longer than an event loop should be kept. */
  default boolean isCostly() {
    return false;
  }
}
