package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Subscriber;
import io.spillway.broker.routing.Subscription;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicFilter;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * One client's MQTT session. Its state belongs to its home; what other threads may read is volatile
 * and says so. The public methods that act are called by the session's connection, on the home,
 * after {@link ClientConnection#accepted} and up to the call that ends it: {@link #disconnected},
 * {@link #connectionLost}, or {@link ClientConnection#close} from the session's side. After that
 * the connection must let go of the session, which may belong to another connection by then.
 */
public final class Session implements Subscriber {
  private final Engine engine;
  private final String clientId;

  /** The key of this session's record in the store, whether there is one or not. */
  private final long recordId;

  private final boolean durable;
  private final Incoming incoming;
  private final Outgoing outgoing;
  private final SessionSubscriptions subscriptions;
  private final SubscribeProcessor subscribeProcessor;
  private final SessionLifecycle lifecycle;
  private final CommitOrder commitOrder = new CommitOrder();

  /** Changed by {@link SessionLifecycle} only, while detached. Read on any thread. */
  private volatile Home home;

  /** Read on any thread. */
  private volatile boolean connected;

  /** Read on any thread; never false again. */
  private volatile boolean mayOverlap;

  /** Of the connection that is, or was last. Read by views on any thread. */
  private volatile ConnectRequest request;

  /** Null while detached. */
  private ClientConnection connection;

  /** What this connection's client was sent in packets for many. */
  private long multicastPackets;

  private long multicastBytes;

  private Subscription overlap;

  Session(Engine engine, ConnectRequest request, long recordId, boolean durable, Home home) {
    this.engine = engine;
    this.clientId = request.clientId();
    this.request = request;
    this.recordId = recordId;
    this.durable = durable;
    this.home = home;
    this.incoming = new Incoming(this, engine);
    this.outgoing = new Outgoing(this, engine);
    this.subscriptions = new SessionSubscriptions(this, engine);
    this.subscribeProcessor =
        new SubscribeProcessor(this, engine, subscriptions, outgoing.replays(), incoming);
    this.lifecycle = new SessionLifecycle(this, engine);
  }

  /** Any thread. */
  public String clientId() {
    return clientId;
  }

  /** The CONNECT packet of the connection that is, or was last. Any thread. */
  public ConnectRequest request() {
    return request;
  }

  /**
   * A PUBLISH from the client; the topic alias is resolved. Answers PUBACK or PUBREC when what it
   * promises is durable, and closes the connection when the client broke the standard.
   *
   * @param packetId 0 at QoS 0
   */
  public void publish(PassingMessage message, int packetId, boolean dup) {
    assert home.inHome();
    incoming.publish(message, packetId, dup);
  }

  public void puback(int packetId, ReasonCode reasonCode) {
    outgoing.acknowledgements().puback(packetId);
  }

  public void pubrec(int packetId, ReasonCode reasonCode) {
    outgoing.acknowledgements().pubrec(packetId, reasonCode);
  }

  public void pubrel(int packetId, ReasonCode reasonCode) {
    incoming.pubrel(packetId);
  }

  public void pubcomp(int packetId, ReasonCode reasonCode) {
    outgoing.acknowledgements().pubcomp(packetId);
  }

  /** {@code subscriptionIdentifier} is 0 for none. */
  public void subscribe(
      int packetId, List<SubscriptionRequest> requests, int subscriptionIdentifier) {
    assert home.inHome();
    subscribeProcessor.subscribe(packetId, requests, subscriptionIdentifier);
  }

  public void unsubscribe(int packetId, List<TopicFilter> topicFilters) {
    assert home.inHome();
    subscribeProcessor.unsubscribe(packetId, topicFilters);
  }

  /** The connection has room or credit again. */
  public void writable() {
    assert home.inHome();
    outgoing.drain();
  }

  /**
   * The client sent DISCONNECT, and the connection closes itself. The will is dropped for {@link
   * ReasonCode#NORMAL_DISCONNECTION} and published (after its delay) for any other reason.
   *
   * @param sessionExpirySeconds from the packet's property, or -1 when it has none; the connection
   *     has refused to raise it from 0
   */
  public void disconnected(ReasonCode reasonCode, long sessionExpirySeconds) {
    lifecycle.disconnected(reasonCode, sessionExpirySeconds);
  }

  /**
   * The connection ended without a DISCONNECT from the client: closed by the peer, by a timeout, by
   * an error that the connection answered itself. The will is published, after its delay.
   */
  public void connectionLost() {
    lifecycle.connectionLost();
  }

  /**
   * Sends a DISCONNECT with this reason and ends the connection, as with {@link #connectionLost}.
   */
  public void close(ReasonCode reasonCode, String text) {
    lifecycle.close(reasonCode, text);
  }

  @Override
  public Home home() {
    return home;
  }

  @Override
  public boolean isConnected() {
    return connected;
  }

  @Override
  public long storeId() {
    return durable ? recordId : 0;
  }

  @Override
  public boolean mayOverlap() {
    return mayOverlap;
  }

  @Override
  public Subscription overlap() {
    return overlap;
  }

  @Override
  public void overlap(Subscription subscription) {
    overlap = subscription;
  }

  @Override
  public void deliver(PassingMessage message, Subscription subscription, long sequence) {
    assert home.inHome();
    if (lifecycle.admits(message, subscription, sequence)) {
      outgoing.deliver(message, subscription, sequence);
    }
  }

  @Override
  public void deliverLate(PassingMessage message, Subscription subscription, long sequence) {
    if (lifecycle.isEnded()) {
      deliver(message, subscription, sequence);
    } else {
      outgoing.deliver(message, subscription, sequence);
    }
  }

  /** Runs a task on the session's home, wherever that is by then. Any thread. */
  void execute(Runnable task) {
    home.execute(() -> runAtHome(task));
  }

  /** Runs a task on the session's home when everything written before is durable. On the home. */
  void whenCommitted(Runnable task) {
    long number = commitOrder.ask(task);
    engine.store().commit(home, () -> runAtHome(() -> commitOrder.answer(number)));
  }

  private void runAtHome(Runnable task) {
    if (home.inHome()) {
      task.run();
    } else {
      execute(task);
    }
  }

  /** A stored delivery is no longer needed. On the home. */
  void forget(long sequence) {
    engine.store().removeDelivery(recordId, sequence);
    engine.flushLater(home);
  }

  void closeLater(ReasonCode reasonCode, String text) {
    ClientConnection closed = connection;
    execute(
        () -> {
          if (closed != null && connection == closed) {
            close(reasonCode, text);
          }
        });
  }

  SessionLifecycle lifecycle() {
    return lifecycle;
  }

  Incoming incoming() {
    return incoming;
  }

  Outgoing outgoing() {
    return outgoing;
  }

  SessionSubscriptions subscriptions() {
    return subscriptions;
  }

  long recordId() {
    return recordId;
  }

  boolean isDurable() {
    return durable;
  }

  /** Null while detached. */
  ClientConnection connection() {
    return connection;
  }

  /** Null to detach. */
  void connection(ClientConnection newConnection) {
    connection = newConnection;
    multicastPackets = 0;
    multicastBytes = 0;
    connected = newConnection != null;
  }

  void request(ConnectRequest newRequest) {
    request = newRequest;
  }

  void home(Home newHome) {
    home = newHome;
  }

  void setMayOverlap() {
    mayOverlap = true;
  }

  boolean isMqtt5() {
    return request.version().isMqtt5();
  }

  int inflightMaximum() {
    return Math.min(request.receiveMaximum(), engine.limits().maxInflight());
  }

  boolean isTooLarge(PassingMessage message, int qos, int[] subscriptionIdentifiers) {
    int maximum = request.maximumPacketSize();
    return maximum != Integer.MAX_VALUE
        && message.encodedLength(request.version(), qos, subscriptionIdentifiers, home.nowMillis())
            > maximum;
  }

  boolean mayPublish(PassingMessage message) {
    Permissions permissions = request.permissions();
    return permissions == Permissions.ALL
        || permissions.mayPublish(message.topicName(), message.qos(), message.retain());
  }

  boolean maySubscribe(TopicFilter topicFilter) {
    Permissions permissions = request.permissions();
    return permissions == Permissions.ALL || permissions.maySubscribe(topicFilter);
  }

  boolean mayReceive(PassingMessage message) {
    Permissions permissions = request.permissions();
    return permissions == Permissions.ALL || permissions.mayReceive(message.topicName());
  }

  /** QoS 0 messages wait for the connection, or no longer do. */
  void lagging(boolean lagging) {
    for (Subscription subscription : subscriptions.all()) {
      if (subscription.attachment() instanceof MulticastMember member) {
        member.members.lagging(member, lagging);
      }
    }
  }

  /** A subscription has got the retained messages that it was due. */
  void replayed(Subscription subscription) {
    engine.multicast(home).join(this, subscription);
  }

  /** Something in the session's own record has changed. */
  void saved() {
    lifecycle.save();
  }

  /** Tells what people may know. Any thread; the answer comes on the home. */
  public void view(Consumer<SessionView> asked) {
    execute(
        () ->
            asked.accept(
                new SessionView(
                    request,
                    connection == null ? null : connectionView(),
                    connection == null ? lifecycle.disconnectedAt() : 0,
                    home.index() + 1,
                    subscriptions.size(),
                    outgoing.inflight().size(),
                    outgoing.backlog().size(),
                    outgoing.backlog().bytes(),
                    request.sessionExpirySeconds() > 0)));
  }

  /**
   * The first so many subscriptions whose filters sort behind the one given. Any thread; the answer
   * comes on the home.
   */
  public void subscriptions(String after, int limit, Consumer<List<Subscription>> asked) {
    execute(
        () ->
            asked.accept(
                subscribed().stream()
                    .filter(each -> each.topicFilter().text().compareTo(after) > 0)
                    .sorted(Comparator.comparing(each -> each.topicFilter().text()))
                    .limit(limit)
                    .toList()));
  }

  private ConnectionView connectionView() {
    for (Subscription subscription : subscribed()) {
      if (subscription.attachment() instanceof MulticastMember member) {
        member.account();
      }
    }
    return connection.view().plus(multicastPackets, multicastBytes);
  }

  /** This session's client was sent packets for many, which its connection hasn't seen. */
  void countMulticast(long packets, long bytes) {
    multicastPackets += packets;
    multicastBytes += bytes;
  }

  /** For views: the filters subscribed to. On the home. */
  Collection<Subscription> subscribed() {
    return subscriptions.all();
  }
}
