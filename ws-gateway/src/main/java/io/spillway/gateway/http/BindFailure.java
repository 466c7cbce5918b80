package io.spillway.gateway.http;

import java.io.IOException;

/** A listener that can't be opened; the message names its key, address and cause. */
public final class BindFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  BindFailure(String listener, String host, int port, IOException cause) {
    super(
        listener
            + ": can't listen on "
            + host
            + " port "
            + port
            + " ("
            + cause.getMessage()
            + "); set "
            + listener
            + ".port or "
            + listener
            + ".host",
        cause);
  }
}
