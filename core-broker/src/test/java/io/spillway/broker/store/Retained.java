package io.spillway.broker.store;

import io.spillway.mqtt.Message;

/** Retained messages as they are written where nobody else changes them. */
final class Retained {
  private Retained() {}

  static void put(Store store, long sequence, Message message) {
    StoredRetained retained = new StoredRetained(sequence, message);
    store.putRetained(message.topicName(), message.size(), () -> retained);
  }

  static void remove(Store store, String topicName) {
    store.putRetained(topicName, 0, () -> null);
  }
}
