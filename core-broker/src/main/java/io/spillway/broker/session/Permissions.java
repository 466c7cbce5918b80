package io.spillway.broker.session;

import io.spillway.mqtt.TopicFilter;

/**
 * What one client may do, decided by who it is. Asked on the session's home for every message, so
 * answers must be quick; may change its answers while the client is connected.
 */
public interface Permissions {
  /** Everything allowed. Sessions skip asking this one. */
  Permissions ALL =
      new Permissions() {
        @Override
        public boolean mayPublish(String topicName, int qos, boolean retain) {
          return true;
        }

        @Override
        public boolean maySubscribe(TopicFilter topicFilter) {
          return true;
        }

        @Override
        public boolean mayReceive(String topicName) {
          return true;
        }
      };

  boolean mayPublish(String topicName, int qos, boolean retain);

  boolean maySubscribe(TopicFilter topicFilter);

  /** Asked for each message at delivery, retained ones included. */
  boolean mayReceive(String topicName);
}
