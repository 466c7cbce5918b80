package io.spillway.broker.routing;

import io.spillway.broker.topic.TopicNode;
import io.spillway.mqtt.TopicFilter;
import java.util.Arrays;

/**
 * One subscriber's subscription with its options. The options are immutable and read on any thread;
 * where it lies belongs to {@link Subscriptions} and the subscriber's home.
 */
public final class Subscription {
  private final Subscriber subscriber;
  private final TopicFilter topicFilter;
  private final int qos;
  private final boolean noLocal;
  private final boolean retainAsPublished;

  /** Null for none. */
  private final int[] identifiers;

  /** The filter's node while the subscription is in the tree, otherwise null. */
  TopicNode<FilterSubscribers> node;

  /** The place in {@link HomeSubscribers}. */
  int index;

  /** Null when the subscription isn't shared. Written before it is in the tree. */
  SharedSubscription share;

  /** What the subscriber's side keeps with it, or null. On the home. */
  private Object attachment;

  public Subscription(
      Subscriber subscriber,
      TopicFilter topicFilter,
      int qos,
      boolean noLocal,
      boolean retainAsPublished,
      int[] identifiers) {
    this.subscriber = subscriber;
    this.topicFilter = topicFilter;
    this.qos = qos;
    this.noLocal = noLocal;
    this.retainAsPublished = retainAsPublished;
    this.identifiers = identifiers;
  }

  public Subscriber subscriber() {
    return subscriber;
  }

  public TopicFilter topicFilter() {
    return topicFilter;
  }

  public Object attachment() {
    return attachment;
  }

  public void attachment(Object newAttachment) {
    attachment = newAttachment;
  }

  /** The granted one. */
  public int qos() {
    return qos;
  }

  public boolean noLocal() {
    return noLocal;
  }

  public boolean retainAsPublished() {
    return retainAsPublished;
  }

  /** Null for none; nobody changes the array. */
  public int[] identifiers() {
    return identifiers;
  }

  /** The shared subscription this is a member of, or null. */
  public SharedSubscription share() {
    return share;
  }

  public int effectiveQos(int messageQos) {
    return Math.min(messageQos, qos);
  }

  /**
   * Both in one, for a message that both match: the higher QoS [MQTT-3.3.4-2], all identifiers
   * [MQTT-3.3.4-4].
   */
  Subscription mergedWith(Subscription other) {
    return new Subscription(
        subscriber,
        topicFilter,
        Math.max(qos, other.qos),
        false,
        retainAsPublished || other.retainAsPublished,
        joined(identifiers, other.identifiers));
  }

  private static int[] joined(int[] first, int[] second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
