package io.spillway.broker.session;

import io.spillway.broker.routing.Router;
import io.spillway.broker.routing.Subscription;
import io.spillway.broker.store.StoredSubscription;
import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicFilter;
import java.util.ArrayList;
import java.util.List;

/** Acts on a client's SUBSCRIBE and UNSUBSCRIBE. On the session's home. */
final class SubscribeProcessor {
  private final Session session;
  private final Engine engine;
  private final SessionSubscriptions subscriptions;
  private final RetainedReplays replays;
  private final Incoming incoming;

  SubscribeProcessor(
      Session session,
      Engine engine,
      SessionSubscriptions subscriptions,
      RetainedReplays replays,
      Incoming incoming) {
    this.session = session;
    this.engine = engine;
    this.subscriptions = subscriptions;
    this.replays = replays;
    this.incoming = incoming;
  }

  void subscribe(int packetId, List<SubscriptionRequest> requests, int identifier) {
    List<ReasonCode> reasonCodes = new ArrayList<>(requests.size());
    for (SubscriptionRequest request : requests) { // [MQTT-3.8.4-5], [MQTT-3.8.4-6]
      reasonCodes.add(subscribe(request, identifier));
    }
    boolean granted = reasonCodes.stream().anyMatch(code -> !code.isError());
    incoming.whenDurable(
        granted && session.storeId() != 0,
        () -> {
          session.connection().subscribed(packetId, reasonCodes);
          replays.pump();
        });
  }

  void unsubscribe(int packetId, List<TopicFilter> topicFilters) {
    List<ReasonCode> reasonCodes = new ArrayList<>(topicFilters.size());
    for (TopicFilter topicFilter : topicFilters) {
      reasonCodes.add(unsubscribe(topicFilter));
    }
    boolean removed = reasonCodes.contains(ReasonCode.SUCCESS);
    incoming.whenDurable(
        removed && session.storeId() != 0,
        () -> session.connection().unsubscribed(packetId, reasonCodes));
  }

  private ReasonCode subscribe(SubscriptionRequest request, int identifier) {
    TopicFilter topicFilter = request.topicFilter();
    if (!session.maySubscribe(topicFilter)) {
      engine.denials().subscribe(session, topicFilter, request.qos());
      return ReasonCode.NOT_AUTHORIZED;
    }
    Subscription old = subscriptions.get(topicFilter);
    if (session.storeId() != 0 && engine.store().isFailing()) {
      return ReasonCode.QUOTA_EXCEEDED; // SUBACK would have to wait until the disk is mended.
    }
    if (old == null && subscriptions.size() >= engine.limits().maxSubscriptions()) {
      return ReasonCode.QUOTA_EXCEEDED;
    }
    Subscription subscription =
        new Subscription(
            session,
            topicFilter,
            request.qos(),
            request.noLocal(),
            request.retainAsPublished(),
            identifier == 0 ? null : new int[] {identifier});
    subscriptions.put(subscription);
    if (old != null) {
      replays.cancel(old);
    }
    if (session.storeId() != 0) {
      engine.store().putSubscription(session.storeId(), stored(subscription, identifier));
    }
    if (wantsRetained(request, old == null)) {
      Router router = engine.router();
      replays.add(
          new RetainedReplay(
              subscription, router.retained().cursor(topicFilter, router.lastSequence())));
    } else {
      session.replayed(subscription);
    }
    return ReasonCode.grantedQos(request.qos());
  }

  private ReasonCode unsubscribe(TopicFilter topicFilter) {
    Subscription removed = subscriptions.remove(topicFilter);
    if (removed == null) {
      return ReasonCode.NO_SUBSCRIPTION_EXISTED;
    }
    replays.cancel(removed);
    if (session.storeId() != 0) {
      engine.store().removeSubscription(session.storeId(), topicFilter.text());
    }
    return ReasonCode.SUCCESS;
  }

  /** [MQTT-3.3.1-9] to [MQTT-3.3.1-11]; never for a shared subscription. */
  private static boolean wantsRetained(SubscriptionRequest request, boolean isNew) {
    return request.topicFilter().shareName() == null
        && (request.retainHandling() == 0 || request.retainHandling() == 1 && isNew);
  }

  private static StoredSubscription stored(Subscription subscription, int identifier) {
    return new StoredSubscription(
        subscription.topicFilter().text(),
        subscription.qos(),
        subscription.noLocal(),
        subscription.retainAsPublished(),
        identifier);
  }
}
