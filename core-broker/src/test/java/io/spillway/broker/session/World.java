package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Homes;
import io.spillway.broker.routing.RetainedLimits;
import io.spillway.broker.routing.Router;
import io.spillway.broker.routing.Statistics.Counter;
import io.spillway.broker.routing.Statistics.Drop;
import io.spillway.broker.store.JournalStore;
import io.spillway.broker.store.MemoryStore;
import io.spillway.broker.store.Store;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.TopicFilter;
import io.spillway.testing.ManualLoops;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A whole engine over loops turned by hand, and clients that say what they want. */
final class World {
  final ManualLoops loops;
  final Homes homes;
  final Router router;
  final Sessions sessions;
  private final Store store;

  World(int homeCount) {
    this(homeCount, 1, new MemoryStore(), SessionLimits.DEFAULT, 1000);
  }

  World(int homeCount, long seed, Store store, SessionLimits limits, int handOverLimit) {
    this.store = store;
    loops = new ManualLoops(homeCount, seed);
    homes = new Homes(loops.all(), handOverLimit);
    router = new Router(homes, store, new RetainedLimits(1_000_000, Long.MAX_VALUE));
    sessions = new Sessions(router, store, limits);
    sessions.restore();
    loops.run();
  }

  Home home(int index) {
    return homes.all().get(index);
  }

  TestClient client(String clientId, int home) {
    return new TestClient(this, clientId, home);
  }

  void on(int home, Runnable task) {
    loops.on(loops.all().get(home), task);
  }

  void run() {
    loops.run();
  }

  void pass(Duration duration) {
    loops.pass(duration);
  }

  long count(Counter counter) {
    return homes.all().stream().mapToLong(home -> home.statistics().get(counter)).sum();
  }

  long dropped(Drop cause) {
    return homes.all().stream().mapToLong(home -> home.statistics().dropped(cause)).sum();
  }

  static Message message(String topicName, String payload, int qos) {
    return Message.of(topicName, payload.getBytes(StandardCharsets.UTF_8), qos, false);
  }

  static Message retained(String topicName, String payload, int qos) {
    return Message.of(topicName, payload.getBytes(StandardCharsets.UTF_8), qos, true);
  }

  static SubscriptionRequest filter(String topicFilter, int qos) {
    return new SubscriptionRequest(TopicFilter.parse(topicFilter), qos, false, false, 0);
  }

  /** One client and its connection, if it has one; each action runs all loops until they rest. */
  static final class TestClient {
    final World world;
    final int home;
    private final String clientId;
    private RequestBuilder request;
    TestConnection connection;

    TestClient(World world, String clientId, int home) {
      this.world = world;
      this.clientId = clientId;
      this.home = home;
      this.request = new RequestBuilder(clientId);
    }

    TestClient with(Consumer<RequestBuilder> settings) {
      settings.accept(request);
      return this;
    }

    TestClient connect() {
      return connectAt(home);
    }

    TestClient connectAt(int index) {
      return connectWith(new TestConnection(world.home(index)));
    }

    TestClient connectWith(TestConnection made) {
      ask(made);
      if (made.log.isEmpty() && world.store instanceof JournalStore journal) {
        journal.commitAll(); // CONNACK waits for it.
        world.run();
      }
      return this;
    }

    /** Connects, and lets the store commit nothing meanwhile. */
    TestClient ask(TestConnection made) {
      connection = made;
      world.on(made.home().index(), () -> world.sessions.connect(request.build(), made));
      world.run();
      return this;
    }

    /** Connects, and forgets the CONNACK. */
    TestClient connected() {
      connect().log();
      return this;
    }

    TestClient subscribe(String topicFilter, int qos) {
      return subscribe(filter(topicFilter, qos), 0);
    }

    /** Subscribes, and forgets the SUBACK. */
    TestClient subscribed(String topicFilter, int qos) {
      subscribe(topicFilter, qos).log();
      return this;
    }

    TestClient subscribe(SubscriptionRequest subscription, int identifier) {
      return act(session -> session.subscribe(1, List.of(subscription), identifier));
    }

    TestClient unsubscribe(String topicFilter) {
      return act(session -> session.unsubscribe(2, List.of(TopicFilter.parse(topicFilter))));
    }

    TestClient publish(String topicName, String payload) {
      return publish(message(topicName, payload, 0), 0);
    }

    TestClient publish(Message message, int packetId) {
      return act(session -> Passing.publish(session, message, packetId, false));
    }

    TestClient act(Consumer<Session> action) {
      actNow(action);
      world.run();
      return this;
    }

    /** Acts without turning the loops afterwards. */
    TestClient actNow(Consumer<Session> action) {
      world.on(connection.home().index(), () -> action.accept(connection.session));
      return this;
    }

    TestClient lose() {
      return act(Session::connectionLost);
    }

    List<String> log() {
      return connection.takeLog();
    }
  }
}
