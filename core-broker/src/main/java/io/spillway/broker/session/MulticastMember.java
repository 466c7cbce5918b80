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

  MulticastMember(Session session, Subscription subscription, ClientConnection connection) {
    this.session = session;
    this.subscription = subscription;
    this.connection = connection;
  }
}
