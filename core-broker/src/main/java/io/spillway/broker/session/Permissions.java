package io.spillway.broker.session;

import io.spillway.mqtt.TopicFilter;
import java.util.List;

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

        @Override
        public Object edition() {
          return this;
        }
      };

  boolean mayPublish(String topicName, int qos, boolean retain);

  boolean maySubscribe(TopicFilter topicFilter);

  /** Asked for each message at delivery, retained ones included. */
  boolean mayReceive(String topicName);

  /**
   * Which edition of the rules {@link #mayReceive} goes by at this moment: another object as soon
   * as its answers may have changed, and that for all clients of an edition at once. Null: the
   * client's own, so that its answers can't be compared with anybody's.
   */
  default Object edition() {
    return null;
  }

  /**
   * What decides whether messages to this filter may be received: clients of the same edition for
   * which it is equal are given the same answers.
   */
  default List<String> receiving(TopicFilter topicFilter) {
    return List.of();
  }
}
