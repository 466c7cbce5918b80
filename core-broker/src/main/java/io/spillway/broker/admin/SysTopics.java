package io.spillway.broker.admin;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Router;
import io.spillway.broker.routing.Statistics.Counter;
import io.spillway.mqtt.Message;
import io.spillway.process.Version;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The {@code $SYS/broker/} topics with Mosquitto's names, units and ways: retained, QoS 2, each
 * published when its value has changed since the last interval. Runs on one home.
 */
public final class SysTopics {
  private static final String PREFIX = "$SYS/broker/";
  private static final int QOS = 2;

  private final Router router;
  private final Home home;
  private final Duration interval;
  private final List<Figures> figures;
  private final List<LoadAverage> loads = new ArrayList<>();
  private final long startedNanos = System.nanoTime();

  /** The last values published, by the topic below the prefix. */
  private final Map<String, String> published = new HashMap<>();

  private long lastNanos = startedNanos;
  private long connectedMaximum;
  private long heapMaximum;

  /**
   * @param accepted how many clients were connected since the start
   */
  public SysTopics(Router router, Duration interval, LongSupplier accepted, List<Figures> figures) {
    this.router = router;
    this.home = router.homes().all().get(0);
    this.interval = interval;
    this.figures = figures;
    load("messages/received", Counter.MESSAGES_RECEIVED);
    load("messages/sent", Counter.MESSAGES_SENT);
    load("publish/dropped", Counter.PUBLISH_MESSAGES_DROPPED);
    load("publish/received", Counter.PUBLISH_MESSAGES_RECEIVED);
    load("publish/sent", Counter.PUBLISH_MESSAGES_SENT);
    load("bytes/received", Counter.BYTES_RECEIVED);
    load("bytes/sent", Counter.BYTES_SENT);
    load("sockets", Counter.SOCKETS_OPENED);
    loads.add(new LoadAverage("connections", accepted));
  }

  private void load(String name, Counter counter) {
    loads.add(new LoadAverage(name, () -> sum(counter)));
  }

  /** Begins to publish. Any thread, once; ends with the home. */
  public void start() {
    home.execute(
        () -> {
          publish("version", "spillway version " + Version.text());
          turn();
        });
  }

  private void turn() {
    long now = System.nanoTime();
    double minutes = (now - lastNanos) / 60e9;
    lastNanos = now;
    Set<String> seen = new HashSet<>(Set.of("version"));
    publish(seen, "uptime", (now - startedNanos) / 1_000_000_000 + " seconds");
    publishClients(seen);
    for (LoadAverage load : loads) {
      load.update(minutes).forEach((name, value) -> publish(seen, "load/" + name, value));
    }
    publishMessages(seen);
    figures.forEach(source -> source.report((topic, value) -> publish(seen, topic, value)));
    clearGone(seen);
    home.schedule(this::turn, interval);
  }

  private void publishClients(Set<String> seen) {
    long connected = sum(Counter.CLIENTS_CONNECTED);
    long disconnected = sum(Counter.CLIENTS_DISCONNECTED);
    connectedMaximum = Math.max(connectedMaximum, connected);
    publish(seen, "clients/total", connected + disconnected);
    publish(seen, "clients/maximum", connectedMaximum);
    publish(seen, "clients/inactive", disconnected);
    publish(seen, "clients/disconnected", disconnected);
    publish(seen, "clients/active", connected);
    publish(seen, "clients/connected", connected);
    publish(seen, "clients/expired", sum(Counter.CLIENTS_EXPIRED));
  }

  private void publishMessages(Set<String> seen) {
    long stored = router.retained().count() + sum(Counter.QUEUED_MESSAGES);
    publish(seen, "messages/stored", stored);
    publish(seen, "messages/inflight", sum(Counter.INFLIGHT));
    publish(seen, "messages/received", sum(Counter.MESSAGES_RECEIVED));
    publish(seen, "messages/sent", sum(Counter.MESSAGES_SENT));
    publish(seen, "store/messages/count", stored);
    publish(seen, "store/messages/bytes", router.retained().bytes() + sum(Counter.QUEUED_BYTES));
    publish(seen, "subscriptions/count", sum(Counter.SUBSCRIPTIONS));
    publish(seen, "shared_subscriptions/count", sum(Counter.SHARED_SUBSCRIPTIONS));
    publish(seen, "retained messages/count", router.retained().count());
    publishHeap(seen);
    publish(seen, "publish/messages/dropped", sum(Counter.PUBLISH_MESSAGES_DROPPED));
    publish(seen, "publish/messages/received", sum(Counter.PUBLISH_MESSAGES_RECEIVED));
    publish(seen, "publish/messages/sent", sum(Counter.PUBLISH_MESSAGES_SENT));
    publish(seen, "publish/bytes/received", sum(Counter.PUBLISH_BYTES_RECEIVED));
    publish(seen, "publish/bytes/sent", sum(Counter.PUBLISH_BYTES_SENT));
    publish(seen, "bytes/received", sum(Counter.BYTES_RECEIVED));
    publish(seen, "bytes/sent", sum(Counter.BYTES_SENT));
  }

  /** The Java heap; what lies outside it isn't counted, unlike Mosquitto's. */
  private void publishHeap(Set<String> seen) {
    long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    heapMaximum = Math.max(heapMaximum, used);
    publish(seen, "heap/current", used);
    publish(seen, "heap/maximum", heapMaximum);
  }

  private long sum(Counter counter) {
    long sum = 0;
    for (Home one : router.homes().all()) {
      sum += one.statistics().get(counter);
    }
    return sum;
  }

  private void publish(Set<String> seen, String topic, long value) {
    publish(seen, topic, Long.toString(value));
  }

  private void publish(Set<String> seen, String topic, String value) {
    seen.add(topic);
    publish(topic, value);
  }

  private void publish(String topic, String value) {
    if (!value.equals(published.put(topic, value))) {
      send(topic, value);
    }
  }

  /** A gateway that has gone leaves no values behind. */
  private void clearGone(Set<String> seen) {
    for (String topic : Set.copyOf(published.keySet())) {
      if (!seen.contains(topic)) {
        published.remove(topic);
        send(topic, "");
      }
    }
  }

  private void send(String topic, String value) {
    byte[] payload = value.getBytes(StandardCharsets.UTF_8);
    router.publish(Message.of(PREFIX + topic, payload, QOS, true));
  }
}
