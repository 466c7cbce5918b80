package io.spillway.broker.session;

import io.spillway.broker.routing.Subscription;

/** One session's subscription among others that are due the same. On their home. */
final class MulticastMember {
  final Session session;
  final Subscription subscription;
  final ClientConnection connection;

  /** Null until it has joined, and after it has left. */
  MulticastMembers members;

  /** The place in {@link MulticastMembers}. */
  int index;

  /** Whether packets for the group reach it now. */
  private boolean served;

  /** What had been sent to the group when this was looked at last. */
  private long packetsBefore;

  private long bytesBefore;

  MulticastMember(Session session, Subscription subscription, ClientConnection connection) {
    this.session = session;
    this.subscription = subscription;
    this.connection = connection;
  }

  /**
   * Adds what the group was sent meanwhile to what this client got, if it was served.
   *
   * @param packets sent to the group since it began
   * @param bytes of these packets
   * @param servedFromNow whether what follows reaches it
   */
  void account(long packets, long bytes, boolean servedFromNow) {
    if (served) {
      session.countMulticast(packets - packetsBefore, bytes - bytesBefore);
    }
    served = servedFromNow;
    packetsBefore = packets;
    bytesBefore = bytes;
  }

  /** The same before somebody looks. */
  void account() {
    if (members != null) {
      members.account(this, served);
    }
  }
}
