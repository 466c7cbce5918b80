package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Subscription;
import io.spillway.broker.routing.Subscriptions;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds sessions behind one link that are due the same packets, so that one packet serves them. Who
 * is served otherwise than its neighbours is left out: identifiers, No Local, overlapping filters,
 * shared or durable sessions' subscriptions, permissions, a maximum packet size. One per home.
 */
final class Multicast {
  /** What makes deliveries the same. */
  private record Delivered(
      String topicFilter, MulticastLink link, boolean mqtt5, int qos, boolean retainAsPublished) {}

  private final Home home;
  private final Subscriptions tree;
  private final Map<Delivered, MulticastMembers> byDelivery = new HashMap<>();

  Multicast(Home home, Subscriptions tree) {
    this.home = home;
    this.tree = tree;
  }

  /** Puts a subscription among those like it, if it may. Its retained messages have been sent. */
  void join(Session session, Subscription subscription) {
    assert home.inHome();
    if (subscription.attachment() != null || !isEligible(session, subscription)) {
      return;
    }
    ClientConnection connection = session.connection();
    byDelivery
        .computeIfAbsent(
            delivered(session, subscription, connection.multicastLink()),
            delivered -> new MulticastMembers(home, tree, delivered.link(), delivered.mqtt5()))
        .join(new MulticastMember(session, subscription, connection));
  }

  /**
   * Takes a subscription out again. It is in the tree by itself afterwards if {@code stays}, and
   * not at all otherwise.
   */
  void leave(Session session, Subscription subscription, boolean stays) {
    assert home.inHome();
    MulticastMember member = (MulticastMember) subscription.attachment();
    if (member == null) {
      return;
    }
    MulticastMembers members = member.members;
    members.leave(member, stays);
    if (members.isEmpty()) {
      byDelivery.remove(
          delivered(session, subscription, member.connection.multicastLink()), members);
    }
  }

  private static boolean isEligible(Session session, Subscription subscription) {
    ConnectRequest request = session.request();
    return session.connection() != null
        && session.connection().multicastLink() != null
        && session.storeId() == 0
        && !session.mayOverlap()
        && !subscription.noLocal()
        && subscription.identifiers() == null
        && subscription.share() == null
        && request.permissions() == Permissions.ALL
        && request.maximumPacketSize() == Integer.MAX_VALUE;
  }

  private static Delivered delivered(
      Session session, Subscription subscription, MulticastLink link) {
    return new Delivered(
        subscription.topicFilter().text(),
        link,
        session.isMqtt5(),
        subscription.qos(),
        subscription.retainAsPublished());
  }
}
