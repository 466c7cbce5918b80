package io.spillway.broker.routing;

import io.spillway.broker.store.Store;
import io.spillway.broker.store.StoredDelivery;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Brings one Application Message to its subscribers. Runs on the publisher's home: finds them,
 * writes what sessions that outlive their connections need to the store, and hands the message
 * over, once per home. Messages of one publisher reach each subscriber in their order, as every
 * step keeps it. Lives as long as the broker.
 */
public final class Router {
  /** {@link #route} found somebody. */
  public static final int MATCHED = 1;

  /** A home's queue is full: pause the publisher until {@link Homes#whenRoom}. */
  public static final int CROWDED = 2;

  /** The store was written: acknowledge after a commit. */
  public static final int STORED = 4;

  private final Homes homes;
  private final Store store;
  private final RetainedMessages retained;
  private final Subscriptions subscriptions = new Subscriptions();
  private final AtomicLong lastSequence = new AtomicLong();
  private final List<Fanout> fanouts = new ArrayList<>();
  private final List<MatchCache> caches = new ArrayList<>();

  public Router(Homes homes, Store store, RetainedLimits retainedLimits) {
    this(homes, store, retainedLimits, () -> false);
  }

  /**
   * The same.
   *
   * @param memoryIsShort while it is, no topic gets its first retained message; any thread asks
   */
  public Router(
      Homes homes, Store store, RetainedLimits retainedLimits, BooleanSupplier memoryIsShort) {
    this.homes = homes;
    this.store = store;
    this.retained = new RetainedMessages(store, retainedLimits, memoryIsShort);
    for (int i = 0; i < homes.all().size(); i++) {
      fanouts.add(new Fanout(homes));
      caches.add(new MatchCache(subscriptions.tree));
    }
  }

  /**
   * Routes a message, and sets or clears the topic's retained message when its retain flag is set.
   * The caller acknowledges after a commit when the answer holds {@link #STORED}.
   *
   * @param home the calling thread's
   * @param publisher for No Local; null when it is no subscriber
   * @return {@link #MATCHED}, {@link #CROWDED} and {@link #STORED}, or-ed
   */
  public int route(Home home, PassingMessage message, Subscriber publisher) {
    assert home.inHome();
    int result = 0;
    long sequence = 0;
    if (message.retain()) {
      // Before matching: a subscription that this message misses finds it retained.
      sequence = nextSequence();
      result |= retained.set(message.kept(), sequence) ? STORED : 0;
    }
    FilterSubscribers[] matches = caches.get(home.index()).match(message.topicName());
    Fanout fanout = fanouts.get(home.index());
    if (fanout.isInUse()) {
      fanout = new Fanout(homes); // The will of somebody whom a delivery has put out.
    }
    try {
      fanout.gather(matches, publisher);
      return handOver(home, message, publisher, fanout, sequence, result);
    } finally {
      fanout.clear();
    }
  }

  private int handOver(
      Home home,
      PassingMessage message,
      Subscriber publisher,
      Fanout fanout,
      long retainedSequence,
      int retainedResult) {
    long sequence = retainedSequence;
    int result = retainedResult;
    if (fanout.isEmpty()) {
      return written(result);
    }
    List<SingleHandOver> toMembers = toMembers(message, fanout.shares());
    List<StoredDelivery> stored = storedDeliveries(message, fanout.durable);
    if (!stored.isEmpty()) {
      sequence = sequence == 0 ? nextSequence() : sequence;
      store.putDeliveries(sequence, message.kept(), stored);
      result |= STORED;
    } else {
      sequence = 0;
    }
    for (int i = 0; i < toMembers.size(); i++) { // Mostly none: no iterator for each message.
      result |= toMembers.get(i).sequence() == 0 ? 0 : STORED;
    }
    // Everything is written by now, and must be so before others act on it.
    result = written(result);
    result |= fanout.handOver(home, message, publisher, sequence) ? CROWDED : 0;
    for (int i = 0; i < toMembers.size(); i++) {
      result |= handOver(home, toMembers.get(i));
    }
    return result | MATCHED;
  }

  /** Routes a message of the broker's own, such as a {@code $SYS} value. On any home. */
  public void publish(Message message) {
    route(homes.current(), message, null);
  }

  /**
   * Gives a message to another member of a shared subscription, as the one that had it left without
   * acknowledging. Returns {@link #MATCHED} when there was one. On any home.
   */
  public int redeliver(Home home, SharedSubscription share, Message message, Subscriber leaving) {
    SingleHandOver toMember = toOneMember(share, message, leaving);
    if (toMember == null) {
      return 0;
    }
    store.flush();
    return handOver(home, toMember);
  }

  /** Writes one message for one session, outside of routing; returns its sequence. */
  public long store(Message message, StoredDelivery delivery) {
    long sequence = nextSequence();
    store.putDeliveries(sequence, message, List.of(delivery));
    store.flush();
    return sequence;
  }

  /** The sequence given last; see {@link RetainedMessages#cursor}. Any thread. */
  public long lastSequence() {
    return lastSequence.get();
  }

  /** Sequences up to this one have been used. At start. */
  public void sequenceUsed(long sequence) {
    lastSequence.accumulateAndGet(sequence, Math::max);
  }

  public Subscriptions subscriptions() {
    return subscriptions;
  }

  public RetainedMessages retained() {
    return retained;
  }

  /** Puts back a retained message that the store kept. At start. */
  public void restoreRetained(long sequence, Message message) {
    sequenceUsed(sequence);
    retained.put(message, sequence);
  }

  public Homes homes() {
    return homes;
  }

  /** Runs a task on {@code home} when neither a home's queue nor the store is crowded any more. */
  public void whenRoom(Home home, Runnable task) {
    homes.whenRoom(home, () -> store.whenRoom(() -> home.execute(task)));
  }

  /** Ends the store's batch, if there is one; what it must hold together has been written. */
  private int written(int result) {
    if ((result & STORED) == 0) {
      return result;
    }
    store.flush();
    return store.isCrowded() ? result | CROWDED : result;
  }

  private List<SingleHandOver> toMembers(PassingMessage message, List<SharedSubscription> shares) {
    if (shares.isEmpty()) {
      return List.of();
    }
    List<SingleHandOver> toMembers = new ArrayList<>(shares.size());
    for (SharedSubscription share : shares) {
      SingleHandOver toMember = toOneMember(share, message.kept(), null);
      if (toMember != null) {
        toMembers.add(toMember);
      }
    }
    return toMembers;
  }

  /** Picks a member and writes what it needs; null when there is nobody. */
  private SingleHandOver toOneMember(SharedSubscription share, Message message, Subscriber except) {
    Subscription member = share.pick(except);
    if (member == null) {
      return null;
    }
    long sequence = 0;
    List<StoredDelivery> stored = storedDeliveries(message, List.of(member));
    if (!stored.isEmpty()) {
      sequence = nextSequence();
      store.putDeliveries(sequence, message, stored);
    }
    return new SingleHandOver(member.subscriber().home(), message, member, sequence, false);
  }

  private static int handOver(Home own, SingleHandOver single) {
    int result = single.sequence() == 0 ? MATCHED : MATCHED | STORED;
    if (single.home() == own) {
      single.run();
      return result;
    }
    single.home().handOver(single);
    return single.home().isFull() ? result | CROWDED : result;
  }

  private static List<StoredDelivery> storedDeliveries(
      PassingMessage message, List<Subscription> subscriptions) {
    if (message.qos() == 0 || subscriptions.isEmpty()) {
      return List.of();
    }
    List<StoredDelivery> stored = new ArrayList<>();
    for (Subscription subscription : subscriptions) {
      long storeId = subscription.subscriber().storeId();
      int qos = subscription.effectiveQos(message.qos());
      if (storeId != 0 && qos > 0) {
        boolean retain = message.retain() && subscription.retainAsPublished();
        stored.add(new StoredDelivery(storeId, qos, retain, subscription.identifiers()));
      }
    }
    return stored;
  }

  private long nextSequence() {
    return lastSequence.incrementAndGet();
  }
}
