package io.spillway.broker.auth;

import io.spillway.mqtt.TopicFilter;

/**
 * What a client may do that can say again who it is, and may then do something else. Any thread.
 */
public final class RenewableAccess implements Access {
  private volatile Access now;

  public RenewableAccess(Access now) {
    this.now = now;
  }

  public void renew(Access access) {
    now = access;
  }

  @Override
  public boolean mayPublish(String topicName) {
    return now.mayPublish(topicName);
  }

  @Override
  public boolean mayReceive(String topicName) {
    return now.mayReceive(topicName);
  }

  @Override
  public boolean maySubscribe(TopicFilter filter) {
    return now.maySubscribe(filter);
  }
}
