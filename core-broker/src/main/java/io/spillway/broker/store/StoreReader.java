package io.spillway.broker.store;

import io.spillway.mqtt.Message;

/** Receives what a store kept, see {@link Store#load}. On the loading thread. */
public interface StoreReader {
  void retained(long sequence, Message message);

  void session(StoredSession session);

  void subscription(long sessionId, StoredSubscription subscription);

  /**
   * @param packetId 0 when none was assigned
   * @param released whether PUBREC was received; {@code message} may be null then
   */
  void delivery(
      long sequence, Message message, StoredDelivery delivery, int packetId, boolean released);

  void received(long sessionId, int packetId);
}
