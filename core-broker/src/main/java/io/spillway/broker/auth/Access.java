package io.spillway.broker.auth;

import io.spillway.mqtt.TopicFilter;

/** What one connected client may do. Asked for every message, so answers come from memory. */
public interface Access {

  /** Where no access control file is configured. */
  Access ALL =
      new Access() {
        @Override
        public boolean mayPublish(String topicName) {
          return true;
        }

        @Override
        public boolean mayReceive(String topicName) {
          return true;
        }

        @Override
        public boolean maySubscribe(TopicFilter filter) {
          return true;
        }
      };

  boolean mayPublish(String topicName);

  boolean mayReceive(String topicName);

  /** Whether the filter can match anything that the client may receive. */
  boolean maySubscribe(TopicFilter filter);
}
