package io.spillway.broker.admin;

/** A request that can't be served: its HTTP status, and what to tell. */
final class ApiProblem extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  ApiProblem(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }
}
