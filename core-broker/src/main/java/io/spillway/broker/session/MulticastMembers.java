package io.spillway.broker.session;

import static io.spillway.broker.routing.Statistics.Counter.PUBLISH_BYTES_SENT;
import static io.spillway.broker.routing.Statistics.Counter.PUBLISH_MESSAGES_SENT;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Statistics.Drop;
import io.spillway.broker.routing.Subscriber;
import io.spillway.broker.routing.Subscription;
import io.spillway.broker.routing.Subscriptions;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Subscriptions behind one link that are due the same packets. Few of them stay in the tree one by
 * one; from eight on one entry stands for all, until fewer than four are left. Changing over is one
 * step on their home, so no message sees it half done. At QoS 0 a message is one packet for all; at
 * QoS 1 and 2 each session is given it, as packet identifiers are its own.
 */
final class MulticastMembers implements Subscriber {
  private static final int FORM_AT = 8;
  private static final int DISSOLVE_BELOW = 4;

  private final Home home;
  private final Subscriptions tree;
  private final Multicast.Delivered delivered;

  /** Told when the members aren't due the same any more. */
  private final Consumer<MulticastMembers> outdated;

  private final ArrayList<MulticastMember> members = new ArrayList<>(1);

  /** Members with QoS 0 messages waiting for their connection: served behind those. */
  private final List<ClientConnection> lagging = new ArrayList<>(0);

  /** Null while the members are in the tree one by one. */
  private MulticastGroup group;

  /** What was sent to groups of these members. */
  private long packets;

  private long bytes;

  /** What stands for all members in the tree; null while there is no group. */
  private Subscription together;

  /** Somebody has been told. */
  private boolean isOutdated;

  MulticastMembers(
      Home home,
      Subscriptions tree,
      Multicast.Delivered delivered,
      Consumer<MulticastMembers> outdated) {
    this.home = home;
    this.tree = tree;
    this.delivered = delivered;
    this.outdated = outdated;
  }

  Multicast.Delivered delivered() {
    return delivered;
  }

  List<MulticastMember> all() {
    return List.copyOf(members);
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  void join(MulticastMember member) {
    member.members = this;
    member.subscription.attachment(member);
    member.index = members.size();
    members.add(member);
    if (member.session.outgoing().isQos0Waiting()) {
      lagging.add(member.connection);
    }
    if (group != null) {
      gather(member);
    } else if (members.size() >= FORM_AT) {
      form();
    }
  }

  void leave(MulticastMember member, boolean stays) {
    account(member, false);
    MulticastMember last = members.remove(members.size() - 1);
    if (last != member) {
      members.set(member.index, last);
      last.index = member.index;
    }
    lagging.remove(member.connection);
    member.members = null;
    member.subscription.attachment(null);
    if (group != null) {
      group.remove(member.connection);
      if (stays) {
        tree.add(member.subscription);
      }
      if (members.size() < DISSOLVE_BELOW) {
        dissolve();
      }
    } else if (!stays) {
      tree.remove(member.subscription);
    }
  }

  void lagging(MulticastMember member, boolean isLagging) {
    lagging.remove(member.connection);
    if (isLagging) {
      lagging.add(member.connection);
    }
    account(member, group != null && !isLagging);
  }

  void account(MulticastMember member, boolean servedFromNow) {
    member.account(packets, bytes, servedFromNow);
  }

  @Override
  public void deliver(PassingMessage message, Subscription subscription, long sequence) {
    Session anyOfThem = members.get(0).session;
    boolean mayReceive = anyOfThem.mayReceive(message);
    // The edition is looked at last, so that the answer went by this one.
    if (subscription.effectiveQos(message.qos()) > 0 || rulesHaveChanged(anyOfThem)) {
      for (MulticastMember member : members) {
        member.session.deliver(message, member.subscription, 0);
      }
    } else if (mayReceive) {
      deliverQos0(message, message.retain() && subscription.retainAsPublished(), anyOfThem);
    }
  }

  private void deliverQos0(PassingMessage message, boolean retain, Session anyOfThem) {
    Drop cause = whyNot(message, anyOfThem);
    if (cause != null) {
      home.statistics().dropped(cause, members.size());
      return;
    }
    int served = members.size() - lagging.size();
    packets++;
    bytes += group.multicast(message, retain, lagging);
    home.statistics().add(PUBLISH_MESSAGES_SENT, served);
    home.statistics().add(PUBLISH_BYTES_SENT, (long) served * message.payloadLength());
    if (!lagging.isEmpty()) {
      deliverToLagging(message);
    }
  }

  @Override
  public Home home() {
    return home;
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public long storeId() {
    return 0;
  }

  @Override
  public boolean mayOverlap() {
    return false;
  }

  @Override
  public Subscription overlap() {
    return null;
  }

  @Override
  public void overlap(Subscription subscription) {
    throw new IllegalStateException("members of a group never overlap");
  }

  /** Then nobody knows who of them may receive what, and each is asked until that is sorted out. */
  private boolean rulesHaveChanged(Session anyOfThem) {
    if (anyOfThem.request().permissions().edition() == delivered.edition()) {
      return false;
    }
    if (!isOutdated) {
      isOutdated = true;
      // Later, as those who deliver are in the midst of the tree.
      home.atEndOfTurn(() -> outdated.accept(this));
    }
    return true;
  }

  /** What keeps a message from all members; null: it may be sent. */
  private Drop whyNot(PassingMessage message, Session anyOfThem) {
    if (message.expiresAt() != Message.NEVER && message.expired(home.nowMillis())) {
      return Drop.EXPIRED;
    }
    return anyOfThem.isTooLarge(message, 0, null) ? Drop.TOO_LARGE : null; // [MQTT-3.1.2-24]
  }

  private void deliverToLagging(PassingMessage message) {
    for (MulticastMember member : members) {
      if (lagging.contains(member.connection)) {
        member.session.deliver(message, member.subscription, 0);
      }
    }
  }

  private void form() {
    group = delivered.link().newGroup(delivered.mqtt5());
    if (group == null) {
      return; // The next to join tries again.
    }
    Subscription pattern = members.get(0).subscription;
    together =
        new Subscription(
            this, pattern.topicFilter(), pattern.qos(), false, pattern.retainAsPublished(), null);
    tree.add(together);
    members.forEach(this::gather);
  }

  private void gather(MulticastMember member) {
    tree.remove(member.subscription);
    group.add(member.connection);
    account(member, !lagging.contains(member.connection));
  }

  private void dissolve() {
    for (MulticastMember member : members) {
      group.remove(member.connection);
      account(member, false);
      tree.add(member.subscription);
    }
    tree.remove(together);
    group.close();
    group = null;
    together = null;
  }
}
