package io.spillway.broker.store;

/**
 * The store can't be opened or read, for a reason outside of the program. The message is for the
 * user: what is wrong with which directory, and what to do.
 */
public final class StoreFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  StoreFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
