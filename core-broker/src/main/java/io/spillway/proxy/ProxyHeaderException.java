package io.spillway.proxy;

/** What came instead of a PROXY header, or what is wrong with it. */
public final class ProxyHeaderException extends Exception {
  private static final long serialVersionUID = 1;

  ProxyHeaderException(String message) {
    super(message, null, false, false);
  }
}
