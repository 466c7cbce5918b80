package io.spillway.broker.auth;

/** Whether clients without a user name may connect. */
public enum AnonymousPolicy {
  /**
   * Only where nothing else could tell who somebody is, and where the client must be on this
   * machine: the listener is bound to loopback, the address is loopback, and nobody forwarded the
   * connection.
   */
  AUTO,
  YES,
  NO
}
