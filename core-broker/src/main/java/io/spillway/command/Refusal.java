package io.spillway.command;

/** The broker said no, or nothing. Its message is all that is shown. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  Refusal(String message) {
    super(message, null, false, false);
  }
}
