package io.spillway.process;

import java.net.SocketAddress;

/**
 * A service could not start for a reason outside the program, such as a port in use. The message is
 * for the user and complete without a stack trace; the process exits with 1.
 */
public final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StartFailure(String message) {
    super(message, null, false, false);
  }

  public StartFailure(String message, Throwable cause) {
    super(message, cause, false, false);
  }

  /** A listening socket that didn't open, with the key that says where it should be. */
  public static StartFailure cannotOpen(String key, SocketAddress address, Throwable cause) {
    return new StartFailure(key + ": cannot listen on " + text(address) + ": " + reason(cause));
  }

  private static String text(SocketAddress address) {
    String text = address.toString();
    return text.substring(text.indexOf('/') + 1);
  }

  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("ddress already in use")) {
      return "the port is in use by another process";
    }
    if (message.contains("ermission denied")) {
      return "permission denied (ports below 1024 need a privilege)";
    }
    if (message.contains("annot assign requested address")) {
      return "this machine has no such address";
    }
    return message;
  }
}
