package io.spillway.broker.connection;

import io.spillway.broker.auth.Access;
import io.spillway.broker.session.Permissions;
import io.spillway.mqtt.TopicFilter;
import java.util.List;

/** What the access control says, in the session's words. */
record AccessPermissions(Access access) implements Permissions {

  static Permissions of(Access access) {
    return access == Access.ALL ? Permissions.ALL : new AccessPermissions(access);
  }

  @Override
  public boolean mayPublish(String topicName, int qos, boolean retain) {
    return access.mayPublish(topicName);
  }

  @Override
  public boolean maySubscribe(TopicFilter topicFilter) {
    return access.maySubscribe(topicFilter);
  }

  @Override
  public boolean mayReceive(String topicName) {
    return access.mayReceive(topicName);
  }

  @Override
  public Object edition() {
    return access.edition();
  }

  @Override
  public List<String> receiving(TopicFilter topicFilter) {
    return access.receiving(topicFilter);
  }
}
