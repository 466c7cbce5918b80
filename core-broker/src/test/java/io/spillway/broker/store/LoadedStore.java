package io.spillway.broker.store;

import io.spillway.mqtt.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a store gives back, as lines that can be compared. */
final class LoadedStore implements StoreReader {
  private final List<String> lines = new ArrayList<>();

  /** In the order in which they came, except that those of the same kind of record are sorted. */
  static List<String> of(Store store) {
    LoadedStore loaded = new LoadedStore();
    store.load(loaded);
    return loaded.lines.stream().sorted().toList();
  }

  /** In the order in which they came. */
  static List<String> inOrder(Store store) {
    LoadedStore loaded = new LoadedStore();
    store.load(loaded);
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
  public void delivery(
      long sequence, Message message, StoredDelivery delivery, int packetId, boolean released) {
    String what =
        released
            ? "released"
            : text(message)
                + " "
                + delivery.qos()
                + " "
                + delivery.retain()
                + " "
                + Arrays.toString(delivery.subscriptionIdentifiers());
    lines.add("delivery " + delivery.sessionId() + " " + sequence + " " + packetId + " " + what);
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
