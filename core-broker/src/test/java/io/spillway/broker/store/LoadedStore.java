package io.spillway.broker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.mqtt.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What a store gives back, as lines that can be compared. */
final class LoadedStore implements StoreReader {
  /** A delivery whose message is in the store, and the line it is told in. */
  private record Waiting(int line, LoadedDelivery loaded) {}

  private final List<String> lines = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>();

  /** In the order in which they came, except that those of the same kind of record are sorted. */
  static List<String> of(Store store) {
    return inOrder(store).stream().sorted().toList();
  }

  /** In the order in which they came. */
  static List<String> inOrder(Store store) {
    LoadedStore loaded = new LoadedStore();
    store.load(loaded);
    loaded.waiting.forEach(each -> loaded.lines.set(each.line(), loaded.line(store, each)));
    return loaded.lines;
  }

  @Override
  public void retained(long sequence, Message message) {
    lines.add("retained " + sequence + " " + text(message));
  }

  @Override
  public void session(StoredSession session) {
    lines.add(
        "session "
            + session.sessionId()
            + " "
            + session.clientId()
            + " "
            + session.sessionExpirySeconds()
            + " "
            + session.disconnectedAt()
            + " "
            + text(session.will())
            + " "
            + session.willDelaySeconds()
            + " "
            + session.willExpirySeconds());
  }

  @Override
  public void subscription(long sessionId, StoredSubscription subscription) {
    lines.add("subscription " + sessionId + " " + subscription);
  }

  @Override
  public void delivery(LoadedDelivery loaded) {
    String line = line(loaded, loaded.message());
    if (loaded.message() == null && !loaded.released()) {
      waiting.add(new Waiting(lines.size(), loaded));
    }
    lines.add(line);
  }

  private String line(Store store, Waiting each) {
    LoadedDelivery loaded = each.loaded();
    CompletableFuture<Message[]> read = new CompletableFuture<>();
    store.read(
        loaded.delivery().sessionId(),
        new long[] {loaded.sequence()},
        Runnable::run,
        read::complete);
    Message message = read.orTimeout(10, TimeUnit.SECONDS).join()[0];
    assertEquals(message.size(), loaded.size());
    assertEquals(message.expiresAt(), loaded.expiresAt());
    return line(loaded, message);
  }

  private static String line(LoadedDelivery loaded, Message message) {
    StoredDelivery delivery = loaded.delivery();
    String what =
        loaded.released()
            ? "released"
            : text(message)
                + " "
                + delivery.qos()
                + " "
                + delivery.retain()
                + " "
                + Arrays.toString(delivery.subscriptionIdentifiers());
    return "delivery "
        + delivery.sessionId()
        + " "
        + loaded.sequence()
        + " "
        + loaded.packetId()
        + " "
        + what;
  }

  @Override
  public void received(long sessionId, int packetId) {
    lines.add("received " + sessionId + " " + packetId);
  }

  private static String text(Message message) {
    return message == null
        ? "nothing"
        : message.topicName() + "=" + StandardCharsets.UTF_8.decode(message.payload());
  }
}
