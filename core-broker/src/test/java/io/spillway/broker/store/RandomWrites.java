package io.spillway.broker.store;

import io.spillway.mqtt.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes what sessions would write, at random, to two stores alike. */
final class RandomWrites {
  private final Random random;
  private final Store one;
  private final Store other;
  private long sequence;
  private long lastSession;
  private final List<Long> sessions = new ArrayList<>();

  /** By session: sequences with 0 for queued, 1 for assigned, 2 for released. */
  private final Map<Long, TreeMap<Long, Integer>> deliveries = new LinkedHashMap<>();

  private final Map<Long, TreeSet<Integer>> received = new LinkedHashMap<>();
  private final Map<Long, TreeSet<String>> filters = new LinkedHashMap<>();

  RandomWrites(Random random, Store one, Store other, long first) {
    this.random = random;
    this.one = one;
    this.other = other;
    this.sequence = first;
    this.lastSession = first;
  }

  void write(int count) {
    for (int i = 0; i < count; i++) {
      step();
    }
  }

  private interface Write {
    void to(Store store);
  }

  private void both(Write write) {
    write.to(one);
    write.to(other);
  }

  private void step() {
    int dice = random.nextInt(100);
    if (sessions.isEmpty() || dice < 8) {
      connect();
      return;
    }
    long session = sessions.get(random.nextInt(sessions.size()));
    if (dice < 10) {
      end(session);
    } else if (dice < 20) {
      subscribe(session);
    } else if (dice < 45) {
      deliver();
    } else if (dice < 75) {
      progress(session);
    } else if (dice < 85) {
      receive(session);
    } else {
      retain();
    }
  }

  private void connect() {
    long id = ++lastSession;
    sessions.add(id);
    deliveries.put(id, new TreeMap<>());
    received.put(id, new TreeSet<>());
    filters.put(id, new TreeSet<>());
    Message will = random.nextBoolean() ? null : message("will");
    StoredSession session =
        new StoredSession(
            id, "client ü " + id, random.nextInt(9), random.nextInt(9), will, random.nextInt(9), 1);
    both(store -> store.putSession(session));
  }

  private void end(long session) {
    sessions.remove(session);
    both(store -> store.removeSession(session));
  }

  private void subscribe(long session) {
    String filter = "f/" + random.nextInt(5);
    if (filters.get(session).remove(filter)) {
      both(store -> store.removeSubscription(session, filter));
    } else {
      filters.get(session).add(filter);
      StoredSubscription subscription =
          new StoredSubscription(
              filter,
              random.nextInt(3),
              random.nextBoolean(),
              random.nextBoolean(),
              random.nextInt());
      both(store -> store.putSubscription(session, subscription));
    }
  }

  private void deliver() {
    long given = ++sequence;
    List<StoredDelivery> stored = new ArrayList<>();
    for (long session : sessions) {
      if (stored.isEmpty() || random.nextInt(4) == 0) {
        int[] identifiers = random.nextBoolean() ? null : new int[] {1, 200_000};
        stored.add(new StoredDelivery(session, 2, random.nextBoolean(), identifiers));
        deliveries.get(session).put(given, 0);
      }
    }
    Message message = message("d/" + given);
    both(store -> store.putDeliveries(given, message, stored));
  }

  private void progress(long session) {
    TreeMap<Long, Integer> own = deliveries.get(session);
    if (own.isEmpty()) {
      return;
    }
    long chosen = own.firstKey();
    int packetId = 1 + (int) (chosen % 65_535);
    int state = random.nextInt(5) == 0 ? 2 : own.get(chosen);
    switch (state) {
      case 0 -> {
        own.put(chosen, 1);
        both(store -> store.assignPacketId(session, chosen, packetId));
      }
      case 1 -> {
        own.put(chosen, 2);
        both(store -> store.release(session, chosen, packetId));
      }
      default -> {
        own.remove(chosen);
        both(store -> store.removeDelivery(session, chosen));
      }
    }
  }

  private void receive(long session) {
    int packetId = 1 + random.nextInt(65_535);
    TreeSet<Integer> own = received.get(session);
    if (own.size() > 3) {
      int first = own.pollFirst();
      both(store -> store.removeReceived(session, first));
    } else if (own.add(packetId)) {
      both(store -> store.putReceived(session, packetId));
    }
  }

  private void retain() {
    String topic = "r/" + random.nextInt(10);
    if (random.nextInt(3) == 0) {
      both(store -> Retained.remove(store, topic));
    } else {
      long given = ++sequence;
      Message message = message(topic);
      both(store -> Retained.put(store, given, message));
    }
  }

  private Message message(String topic) {
    byte[] payload = ("payload " + random.nextInt()).getBytes(StandardCharsets.UTF_8);
    return Message.of(topic, payload, 2, false);
  }
}
