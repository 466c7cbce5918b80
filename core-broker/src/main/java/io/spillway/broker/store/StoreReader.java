package io.spillway.broker.store;

import io.spillway.mqtt.Message;

/** Receives what a store kept, see {@link Store#load}. On the loading thread. */
public interface StoreReader {
  void retained(long sequence, Message message);

  void session(StoredSession session);

  void subscription(long sessionId, StoredSubscription subscription);

  void delivery(LoadedDelivery loaded);

  void received(long sessionId, int packetId);
}
