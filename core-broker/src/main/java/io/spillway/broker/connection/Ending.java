package io.spillway.broker.connection;

/** How a carrier ended that this side didn't close. */
public enum Ending {
  /** The client closed its connection. */
  CLOSED_BY_CLIENT,
  /** The gateway found that the client was silent for one and a half times its keep alive. */
  KEEP_ALIVE_TIMEOUT,
  /** The link to the gateway ended, and the client's connection with it. */
  LINK_LOST,
  /** The gateway closed the connection for a reason that it names. */
  CLOSED_AT_EDGE,
  /** What carries it failed, TLS for instance. */
  BROKEN
}
