package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Subscription;
import io.spillway.broker.routing.Subscriptions;
import io.spillway.mqtt.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds sessions behind one link that are due the same packets, so that one packet serves them. Who
 * is served otherwise than its neighbours is left out: identifiers, No Local, overlapping filters,
 * shared or durable sessions' subscriptions, rights of the client's own that may change. Who may
 * receive the same by the same rules is served together. One per home.
 */
final class Multicast {
  /** What makes deliveries the same. */
  record Delivered(
      String topicFilter,
      MulticastLink link,
      boolean mqtt5,
      int qos,
      boolean retainAsPublished,
      int maximumPacketSize,
      Object edition,
      List<String> receiving) {}

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
    byDelivery
        .computeIfAbsent(
            delivered(session, subscription),
            delivered -> new MulticastMembers(home, tree, delivered, this::sortAgain))
        .join(new MulticastMember(session, subscription, session.connection()));
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
      byDelivery.remove(members.delivered(), members);
    }
  }

  /** The rules that made these members alike are no longer in force. */
  private void sortAgain(MulticastMembers members) {
    for (MulticastMember member : members.all()) {
      leave(member.session, member.subscription, true);
      join(member.session, member.subscription);
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
        && request.permissions().edition() != null;
  }

  private static Delivered delivered(Session session, Subscription subscription) {
    ConnectRequest request = session.request();
    TopicFilter topicFilter = subscription.topicFilter();
    return new Delivered(
        topicFilter.text(),
        session.connection().multicastLink(),
        session.isMqtt5(),
        subscription.qos(),
        subscription.retainAsPublished(),
        request.maximumPacketSize(),
        request.permissions().edition(),
        request.permissions().receiving(topicFilter));
  }
}
