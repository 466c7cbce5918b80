package io.spillway.broker.connection;

/** Where a connection stands, in this order. */
enum Phase {
  /** Nothing but CONNECT may come. */
  AWAITING_CONNECT,
  /** CONNECT named an authentication method, and its exchange is under way: AUTH or DISCONNECT. */
  AUTHENTICATING,
  /** CONNECT came; who it is is being found out. Further packets wait. */
  LOGGING_IN,
  /** The session is being fetched from wherever it is. Further packets wait. */
  AWAITING_SESSION,
  CONNECTED,
  /** Its log-in has failed, and it hears of it in a moment. Further packets wait. */
  REFUSED,
  /** Nothing is read or written any more. */
  CLOSED;

  /** Whether further packets wait. */
  boolean holdsPackets() {
    return this == LOGGING_IN || this == AWAITING_SESSION || this == REFUSED;
  }
}
