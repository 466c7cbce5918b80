package io.spillway.broker.auth;

import io.spillway.mqtt.TopicFilter;
import java.util.List;

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

  /**
   * Which edition of the rules is in force: another object for all its clients once the file has
   * been read again. Null: this client's own.
   */
  default Object edition() {
    return null;
  }

  /**
   * The rules that decide what of a filter's messages may be received, in their order: the same for
   * clients of the same edition that may receive the same of it.
   */
  default List<String> receiving(TopicFilter filter) {
    return List.of();
  }

  /** Whether the filter can match anything that the client may receive. */
  boolean maySubscribe(TopicFilter filter);
}
