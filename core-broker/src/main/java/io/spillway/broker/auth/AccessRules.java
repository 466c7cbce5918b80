package io.spillway.broker.auth;

import io.spillway.broker.auth.AccessRule.Kind;
import io.spillway.mqtt.TopicFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of an access control file that concern one client, in the order in which they are
 * asked: its user's, denials first, then the patterns', denials first. The first that matches
 * answers; where none does the answer is no. Immutable, any thread.
 */
record AccessRules(List<AccessRule> rules) implements Access {

  @Override
  public boolean mayPublish(String topicName) {
    return allow(topicName, Kind.WRITE);
  }

  @Override
  public boolean mayReceive(String topicName) {
    return allow(topicName, Kind.READ);
  }

  @Override
  public boolean maySubscribe(TopicFilter filter) {
    return allowSubscription(filter);
  }

  /** Rules that never change are all of one edition. */
  @Override
  public Object edition() {
    return AccessRules.class;
  }

  @Override
  public List<String> receiving(TopicFilter filter) {
    List<String> lines = new ArrayList<>(rules.size());
    for (AccessRule rule : rules) {
      boolean denies = rule.kind() == Kind.DENY;
      if ((denies || rule.kind().allows(Kind.READ)) && rule.filter().overlaps(filter)) {
        lines.add((denies ? "deny " : "read ") + rule.filter().text());
      }
    }
    return List.copyOf(lines);
  }

  boolean allow(String topicName, Kind wanted) {
    for (AccessRule rule : rules) {
      if ((rule.kind() == Kind.DENY || rule.kind().allows(wanted))
          && rule.filter().matches(topicName)) {
        return rule.kind() != Kind.DENY;
      }
    }
    return false;
  }

  /** Whether any topic name that the filter matches may be received. */
  boolean allowSubscription(TopicFilter filter) {
    for (int i = 0; i < rules.size(); i++) {
      AccessRule rule = rules.get(i);
      if (rule.kind() == Kind.DENY && rule.covers(filter)) {
        return false;
      }
      if (rule.kind().allows(Kind.READ)
          && rule.filter().overlaps(filter)
          && !isDenied(rule.filter(), i)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an earlier rule takes back everything that the filter grants. */
  private boolean isDenied(TopicFilter granted, int end) {
    for (AccessRule rule : rules.subList(0, end)) {
      if (rule.kind() == Kind.DENY && rule.covers(granted)) {
        return true;
      }
    }
    return false;
  }
}
